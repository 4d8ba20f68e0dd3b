package dev.persys.cli.verb;

import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.syntax.Syntax;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Completion scripts, written from what the verbs declare. zsh runs bash's, as its own bashcompinit provides for. */
final class CompletionScript {
    private static final List<String> GROUPS = List.of("node", "store", "dev");

    private CompletionScript() {}

    static String bash() {
        StringBuilder options = new StringBuilder();
        StringBuilder operands = new StringBuilder();
        Set<String> withValue = new TreeSet<>();
        Set<String> first = new TreeSet<>();
        for (String name : Verbs.names()) {
            Syntax syntax = Verbs.find(List.of(name.split(" ", -1))).verb().syntax();
            options.append("        '").append(name).append("') options='");
            options.append(String.join(" ", syntax.optionNames())).append("' ;;\n");
            withValue.addAll(syntax.optionNamesWithValue());
            first.add(name.split(" ", -1)[0]);
            String kind = operandWords(name, syntax);
            if (!kind.isEmpty()) {
                operands.append("        '")
                        .append(name)
                        .append("') ")
                        .append(kind)
                        .append(" ;;\n");
            }
        }
        return TEMPLATE.replace("@VERBS@", String.join(" ", first))
                .replace("@GROUPS@", groups())
                .replace("@WITH_VALUE@", String.join("|", withValue))
                .replace("@FORMATS@", OutputFormat.LABEL.replace('|', ' '))
                .replace("@OPTIONS@", options.toString())
                .replace("@OPERANDS@", operands.toString());
    }

    static String zsh() {
        return "autoload -U +X bashcompinit && bashcompinit\n" + bash();
    }

    private static String groups() {
        StringBuilder cases = new StringBuilder();
        for (String group : GROUPS) {
            List<String> verbs = Verbs.names().stream()
                    .filter(name -> name.startsWith(group + " "))
                    .map(name -> name.substring(group.length() + 1))
                    .toList();
            cases.append("        ").append(group).append(") words='").append(String.join(" ", verbs));
            cases.append("' ;;\n");
        }
        return cases.toString();
    }

    private static String operandWords(String name, Syntax syntax) {
        if (name.equals("completion")) {
            return "words='bash zsh'";
        }
        return switch (syntax.operand()) {
            case WORKLOAD -> "words=$(persys ps --all -o name 2>/dev/null)";
            case NODE -> "words=$(persys nodes -o name 2>/dev/null)";
            case FILE -> "files=1";
            case OTHER -> "";
        };
    }

    private static final String TEMPLATE = """
            # Completion of persys for bash, and for zsh through bashcompinit.
            _persys() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                local i verb= group= options= words= files=
                COMPREPLY=()
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case ${COMP_WORDS[i]} in
                    --) return ;;
                    @WITH_VALUE@) ((i++)) ;;
                    -*) ;;
                    node|store|dev) [ -n "$verb" ] || { group=${COMP_WORDS[i]}; verb=$group; } ;;
                    *)
                        if [ -z "$verb" ]; then
                            verb=${COMP_WORDS[i]}
                        elif [ "$verb" = "$group" ]; then
                            verb="$group ${COMP_WORDS[i]}"
                        fi
                        ;;
                    esac
                done
                case $previous in
                -o|--output) COMPREPLY=($(compgen -W '@FORMATS@' -- "$current")); return ;;
                -f|--file|--env-file|--token-file|--config)
                    if [ "$previous" != -f ] || [ "$verb" = apply ]; then
                        COMPREPLY=($(compgen -f -- "$current")); return
                    fi
                    ;;
                --node) COMPREPLY=($(compgen -W "$(persys nodes -o name 2>/dev/null)" -- "$current")); return ;;
                esac
                if [ -z "$verb" ]; then
                    COMPREPLY=($(compgen -W '@VERBS@ help --version --help' -- "$current"))
                    return
                fi
                if [ "$verb" = "$group" ]; then
                    case $group in
            @GROUPS@        esac
                    COMPREPLY=($(compgen -W "$words" -- "$current"))
                    return
                fi
                if [ "${current#-}" != "$current" ]; then
                    case $verb in
            @OPTIONS@        esac
                    COMPREPLY=($(compgen -W "$options" -- "$current"))
                    return
                fi
                case $verb in
            @OPERANDS@    esac
                if [ -n "$files" ]; then
                    COMPREPLY=($(compgen -f -- "$current"))
                else
                    COMPREPLY=($(compgen -W "$words" -- "$current"))
                fi
            }
            complete -o default -F _persys persys persys-cli
            """;
}
