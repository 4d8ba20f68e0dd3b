package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.syntax.Syntax;

/** {@code persys whoami}: as whom one is known, and what one may do. */
final class WhoAmIVerb implements Verb {
    private final Syntax syntax = new Syntax("whoami", "Shows as whom you are known, and what you may do.");
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        JsonNode who = api.get("/auth/whoami");
        if (output.printData(who, context.out())) {
            return ExitCode.OK;
        }
        String principal = who.path("principal").asText();
        context.out()
                .println(
                        output.format() == OutputFormat.NAME
                                ? principal
                                : principal + ", " + who.path("role").asText() + ", at " + api.address());
        return ExitCode.OK;
    }
}
