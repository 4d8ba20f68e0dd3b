package dev.persys.cli.verb;

import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.syntax.Syntax;
import dev.persys.model.WorkloadStatus;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Completion scripts, written from what the verbs declare. zsh runs bash's, as its own bashcompinit provides for. */
final class CompletionScript {
    private static final List<String> GROUPS = List.of("node", "store", "ca", "dev");
    private static final String WORKLOADS = "$(\"$program\" ps --all -o name 2>/dev/null)";
    private static final String NODES = "$(\"$program\" nodes -o name 2>/dev/null)";

    /** Stands for the names of files, which no list of words is. */
    private static final String FILES = "*";

    private CompletionScript() {}

    static String bash() {
        StringBuilder options = new StringBuilder();
        StringBuilder values = new StringBuilder();
        StringBuilder operands = new StringBuilder();
        Set<String> withValue = new LinkedHashSet<>(
                List.of("' --address'", "' --token-file'", "' --certificate'", "' --key'", "' --roots'"));
        for (String name : Verbs.names()) {
            Syntax syntax = syntax(name);
            line(options, name, "options='" + names(syntax) + "'");
            for (Syntax.Option option : syntax.options()) {
                if (option.takesValue()) {
                    option.names().forEach(one -> withValue.add("'" + name + " " + one + "'"));
                    String pattern = option.names().stream()
                            .map(one -> "'" + name + " " + one + "'")
                            .collect(Collectors.joining("|"));
                    values.append("        ").append(pattern).append(") value=1 ");
                    values.append(assigned(words(option))).append(" ;;\n");
                }
            }
            String kind = operandWords(name, syntax);
            if (!kind.isEmpty()) {
                line(operands, name, assigned(kind));
            }
        }
        return TEMPLATE.replace("@VERBS@", String.join(" ", firstWords()))
                .replace("@GROUPS@", groups())
                .replace("@WITH_VALUE@", String.join("|", withValue))
                .replace("@VALUES@", values.toString())
                .replace("@OPTIONS@", options.toString())
                .replace("@OPERANDS@", operands.toString());
    }

    /** compinit makes what bashcompinit builds upon; a shell that never asked for it has neither. */
    static String zsh() {
        return """
                (( $+functions[compdef] )) || { autoload -Uz compinit && compinit -u }
                autoload -U +X bashcompinit && bashcompinit
                """ + bash();
    }

    static String fish() {
        StringBuilder script = new StringBuilder(FISH);
        Set<String> told = new TreeSet<>();
        for (String name : Verbs.names()) {
            String first = name.split(" ", -1)[0];
            String summary =
                    GROUPS.contains(first) ? "Verbs for " + first : syntax(name).summary();
            if (told.add(first)) {
                fishLine(script, "", "-a " + first + " -d " + quoted(summary));
            }
            if (GROUPS.contains(first)) {
                String second = name.substring(first.length() + 1);
                fishLine(
                        script,
                        first,
                        "-a " + second + " -d " + quoted(syntax(name).summary()));
            }
        }
        for (String name : Verbs.names()) {
            Syntax syntax = syntax(name);
            for (Syntax.Option option : syntax.options()) {
                String words = option.takesValue() ? words(option) : "";
                String value = !option.takesValue() ? "" : words.equals(FILES) ? " -r -F" : " -x" + fishWords(words);
                fishLine(script, name, fishNames(option) + value + " -d " + quoted(option.description()));
            }
            String kind = operandWords(name, syntax);
            if (!kind.isEmpty()) {
                fishLine(
                        script,
                        name,
                        kind.equals(FILES) ? "-F" : fishWords(kind).strip());
            }
        }
        return script.toString();
    }

    private static Syntax syntax(String verb) {
        return Verbs.find(List.of(verb.split(" ", -1))).verb().syntax();
    }

    private static Set<String> firstWords() {
        return Verbs.names().stream()
                .map(name -> name.split(" ", -1)[0])
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String names(Syntax syntax) {
        return syntax.options().stream()
                .flatMap(option -> option.names().stream())
                .collect(Collectors.joining(" "));
    }

    /** What may stand behind an option, by what its value is called; empty where that cannot be known. */
    private static String words(Syntax.Option option) {
        return switch (option.label()) {
            case OutputFormat.LABEL, Waiting.Until.LABEL, Undoing.LABEL, CaSignVerb.ROLES ->
                option.label().replace('|', ' ');
            case "POLICY" -> "no on-failure always unless-stopped";
            case "WHEN" -> "missing always never";
            case "STATUS" ->
                Arrays.stream(WorkloadStatus.values()).map(WorkloadStatus::text).collect(Collectors.joining(" "));
            case "auto|A,N,G,M" -> "auto";
            case "NODE" -> NODES;
            case "WORKLOAD" -> WORKLOADS;
            case "FILE", "DIR", "SRC:DST[:ro]" -> option.names().contains("--workdir") ? "" : FILES;
            default -> "";
        };
    }

    private static String operandWords(String name, Syntax syntax) {
        if (name.equals("completion")) {
            return "bash zsh fish";
        }
        return switch (syntax.operand()) {
            case WORKLOAD -> WORKLOADS;
            case NODE -> NODES;
            case FILE -> FILES;
            case OTHER -> "";
        };
    }

    private static String assigned(String words) {
        return words.equals(FILES) ? "files=1" : words.startsWith("$(") ? "words=" + words : "words='" + words + "'";
    }

    private static void line(StringBuilder cases, String name, String action) {
        cases.append("        '").append(name).append("') ").append(action).append(" ;;\n");
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

    private static void fishLine(StringBuilder script, String verb, String what) {
        script.append("complete -c persys -n '__persys_is")
                .append(verb.isEmpty() ? "" : " ")
                .append(verb)
                .append("' ")
                .append(what)
                .append('\n');
    }

    private static String fishNames(Syntax.Option option) {
        List<String> names = new ArrayList<>();
        for (String name : option.names()) {
            names.add(name.startsWith("--") ? "-l " + name.substring(2) : "-s " + name.substring(1));
        }
        return String.join(" ", names);
    }

    private static String fishWords(String words) {
        return words.isEmpty()
                ? ""
                : " -a "
                        + quoted(words.startsWith("$(") ? words.substring(1).replace("\"$program\"", "persys") : words);
    }

    private static String quoted(String text) {
        return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'";
    }

    private static final String FISH = """
            # Completion of persys for fish.
            function __persys_is
                set -l words
                for word in (commandline -opc)[2..-1]
                    if test "$word" = --
                        return 1
                    end
                    if not string match -q -- '-*' $word
                        set -a words $word
                    end
                end
                set -l verb "$words[1]"
                if contains -- "$verb" node store dev; and set -q words[2]
                    set verb "$words[1..2]"
                end
                test "$verb" = "$argv"
            end
            complete -c persys -f
            """;

    private static final String TEMPLATE = """
            # Completion of persys for bash, and for zsh through bashcompinit.
            _persys() {
                local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD-1]}
                # Who calls it by a path may have no persys on the PATH to ask for names.
                local program=${COMP_WORDS[0]/#\\~/$HOME}
                case $program in
                */*) ;;
                *) program=persys ;;
                esac
                local i verb= group= options= words= files= value=
                COMPREPLY=()
                # A shell that takes = for the end of a word gives --name=value as three.
                if [ "$current" = = ]; then
                    current=
                elif [ "$previous" = = ]; then
                    previous=${COMP_WORDS[COMP_CWORD-2]}
                fi
                for ((i = 1; i < COMP_CWORD; i++)); do
                    case "$verb ${COMP_WORDS[i]}" in
                    *' --') return ;;
                    @WITH_VALUE@)
                        ((i++))
                        [ "${COMP_WORDS[i]}" != = ] || ((i++))
                        ;;
                    *' -'*) ;;
                    ' node'|' store'|' ca'|' dev') group=${COMP_WORDS[i]}; verb=$group ;;
                    *)
                        if [ -z "$verb" ]; then
                            verb=${COMP_WORDS[i]}
                        elif [ "$verb" = "$group" ]; then
                            verb="$group ${COMP_WORDS[i]}"
                        fi
                        ;;
                    esac
                done
                case "$verb $previous" in
            @VALUES@    esac
                if [ -n "$value" ]; then
                    if [ -n "$files" ]; then
                        COMPREPLY=($(compgen -f -- "$current"))
                    else
                        COMPREPLY=($(compgen -W "$words" -- "$current"))
                    fi
                    return
                fi
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
            complete -o nosort -F _persys persys persys-cli 2>/dev/null || complete -F _persys persys persys-cli
            """;
}
