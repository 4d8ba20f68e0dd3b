package dev.persys.cli.verb;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** The options of who is to be in a container: {@code -i}, {@code -t} and {@code --detach-keys}. */
final class SessionOptions {
    private final Flag stdin;
    private final Flag tty;
    private final Single<DetachKeys> keys;

    SessionOptions(Syntax syntax) {
        stdin = syntax.flag("-i, --interactive", "Give it standard input.");
        tty = syntax.flag("-t, --tty", "Give it a terminal.");
        keys = keys(syntax);
    }

    static Single<DetachKeys> keys(Syntax syntax) {
        return syntax.option(
                "--detach-keys", "KEYS", "What leaves and lets it run on: ctrl-p,ctrl-q.", DetachKeys::parse);
    }

    boolean stdin() {
        return stdin.isSet();
    }

    boolean tty() {
        return tty.isSet();
    }

    /**
     * What leaves, where somebody is to type at a terminal.
     *
     * @throws Failure with {@link ExitCode#USAGE} where there is no terminal to type at
     */
    Optional<DetachKeys> typed() {
        if (!tty.isSet() || !stdin.isSet()) {
            return Optional.empty();
        }
        if (!Terminal.inputIsTerminal()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "-t wants a terminal as standard input, and it is none",
                    "Leave out -t: -i alone passes on what comes through a pipe or from a file.");
        }
        return keys.value().or(() -> Optional.of(DetachKeys.usual()));
    }
}
