package dev.persys.cli.verb;

import dev.persys.api.SessionQuery;
import dev.persys.api.TerminalSize;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.RawTerminal;
import dev.persys.cli.output.Terminal;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** {@code persys attach}: the standard streams of a container's own process. */
final class AttachVerb implements Verb {
    private final Syntax syntax = new Syntax("attach", "Shows what a running container prints, from now on.")
            .footer(
                    "Ends with the container's exit code, and passes INT, TERM and HUP on to it where that has no terminal. It",
                    "runs on where the connection ends otherwise. persys logs -f also shows what was printed before.");
    private final Flag noStdin = syntax.flag("--no-stdin", "Do not pass on standard input.");
    private final Single<DetachKeys> keys = SessionOptions.keys(syntax);
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public Exit run(Context context) {
        boolean stdin = !noStdin.isSet();
        SchedulerApi api = connection.open(context);
        String path = "/workloads/" + SchedulerApi.encode(reference.required());
        boolean hasTerminal = api.get(path).path("tty").asBoolean();
        boolean isTyped = stdin
                && Terminal.inputIsTerminal()
                && (hasTerminal || keys.value().isPresent());
        Optional<TerminalSize> size = isTyped ? RawTerminal.size() : Optional.empty();
        String query = "/attach?" + SessionQuery.attach(stdin, size).text();
        String what = "the session with " + reference.required();
        return new SessionRun(api.session(path + query), context, what, hasTerminal)
                .run(stdin, isTyped ? keys.value().or(() -> Optional.of(DetachKeys.usual())) : Optional.empty());
    }
}
