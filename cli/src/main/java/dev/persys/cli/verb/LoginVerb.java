package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SessionFile;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;

/** {@code persys login}: signs in at a gateway, and keeps that for the commands that follow. */
final class LoginVerb implements Verb {
    private final Syntax syntax = new Syntax("login", "Signs in at a gateway, for the commands that follow.")
            .footer(
                    "The password is asked for, or is the first line of standard input.",
                    "Who is signed in stands in session.json of PERSYS_HOME, for its owner alone; persys logout ends it.");
    private final Single<String> user = syntax.option("--user", "USER", "Who signs in, with a password.", Reader.TEXT);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        String name = user.value()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, "--user is missing", "persys login --user NAME signs in with a password."));
        SchedulerApi api = connection.openUnnamed(context);
        ObjectNode body = JsonText.object();
        body.put("user", name);
        body.put("password", SecretInput.password(context, "Password of " + name + ": "));
        JsonNode issued = api.send("POST", "/auth/login", body);
        SessionFile.of(context).keep(api.address().base(), issued);
        context.out().println(issued.path("user").asText());
        context.err()
                .println("Signed in at " + api.address() + " as "
                        + issued.path("user").asText() + ", "
                        + issued.path("role").asText() + ", until "
                        + issued.path("sessionExpiresAt").asText() + " at the latest.");
        return ExitCode.OK;
    }
}
