package dev.persys.cli.verb;

import dev.persys.api.SessionQuery;
import dev.persys.api.TerminalSize;
import dev.persys.cli.Context;
import dev.persys.cli.Exit;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.RawTerminal;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.List;
import java.util.Optional;

/** {@code persys exec}: a command in a running container. */
final class ExecVerb implements Verb {
    private final Syntax syntax = new Syntax("exec", "Runs a command in a running container.")
            .foreign(ForeignOptions::ofExec)
            .footer(
                    "Ends with the command's exit code; 126 and 127 where it cannot be run or is not there. Examples:",
                    "  persys exec web ls -l /www",
                    "  persys exec -it web sh",
                    "  tar c site | persys exec -i web -- tar x -C /www");
    private final SessionOptions session = new SessionOptions(syntax);
    private final Single<String> user = syntax.option("-u, --user", "USER", "Run as that user.", Reader.TEXT);
    private final Single<String> workdir = syntax.option("-w, --workdir", "DIR", "Run in that directory.", Reader.TEXT);
    private final Several<String> env =
            syntax.options("-e, --env", "NAME[=VALUE]", "A variable; without a value, this one's.", Reader.TEXT);
    private final Single<String> reference =
            syntax.parameter("WORKLOAD", Operand.WORKLOAD, "A name, an id, or the beginning of one.");
    private final Connection connection = new Connection(syntax);
    private final Several<String> command = syntax.behindParameters("COMMAND");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public Exit run(Context context) {
        if (command.values().isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "COMMAND is missing",
                    "persys exec -it " + reference.required() + " sh opens a shell where the image has one.");
        }
        Optional<DetachKeys> typed = session.typed();
        Optional<TerminalSize> size = session.tty() ? RawTerminal.size() : Optional.empty();
        List<String> variables = env.values().stream()
                .flatMap(text -> variable(text, context).stream())
                .toList();
        SessionQuery query = new SessionQuery(
                command.values(), session.stdin(), session.tty(), user.value(), workdir.value(), variables, size);
        SchedulerApi api = connection.open(context);
        String path = "/workloads/" + SchedulerApi.encode(reference.required()) + "/exec?" + query.text();
        String what = command.values().get(0) + " in " + reference.required();
        return new SessionRun(api.session(path), context, what, session.tty()).run(session.stdin(), typed);
    }

    /** As docker has it: a name alone that is not set here is left out. */
    private static Optional<String> variable(String text, Context context) {
        return text.indexOf('=') >= 0
                ? Optional.of(text)
                : Optional.ofNullable(context.environment().get(text)).map(value -> text + "=" + value);
    }
}
