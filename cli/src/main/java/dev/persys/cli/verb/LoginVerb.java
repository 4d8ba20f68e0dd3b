package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SessionFile;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** {@code persys login}: signs in at a gateway, and keeps that for the commands that follow. */
final class LoginVerb implements Verb {
    private final Syntax syntax = new Syntax("login", "Signs in at a gateway, for the commands that follow.")
            .footer(
                    "The password is asked for, or is the first line of standard input.",
                    "Who is signed in stands in session.json of PERSYS_HOME, for its owner alone; persys logout ends it.");
    private final Single<String> user =
            syntax.option("--user", "USER", "Who signs in with a password; without it, GitHub is asked.", Reader.TEXT);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.openUnnamed(context);
        JsonNode issued =
                user.value().isPresent() ? byPassword(api, user.value().get(), context) : byGitHub(api, context);
        SessionFile.of(context).keep(api.address().base(), issued);
        context.out().println(issued.path("user").asText());
        context.err()
                .println("Signed in at " + api.address() + " as "
                        + issued.path("user").asText() + ", "
                        + issued.path("role").asText() + ", until "
                        + issued.path("sessionExpiresAt").asText() + " at the latest.");
        return ExitCode.OK;
    }

    private static JsonNode byPassword(SchedulerApi api, String name, Context context) {
        ObjectNode body = JsonText.object();
        body.put("user", name);
        body.put("password", SecretInput.password(context, "Password of " + name + ": "));
        return api.send("POST", "/auth/login", body);
    }

    /** Asked as seldom as GitHub wants it, until the person has agreed or the code is over. */
    private static JsonNode byGitHub(SchedulerApi api, Context context) {
        JsonNode begun = api.post("/auth/github/device");
        context.err()
                .println("Open " + begun.path("verificationUri").asText() + " and type "
                        + begun.path("userCode").asText() + ". Waiting for that; Ctrl-C ends it.");
        ObjectNode body = JsonText.object();
        body.put("flow", begun.path("flow").asText());
        Deadline end = Deadline.in(Duration.ofSeconds(begun.path("expiresIn").asLong()));
        long interval = begun.path("interval").asLong();
        while (!end.isPassed()) {
            pause(interval);
            JsonNode answer = api.send("POST", "/auth/github/device/poll", body);
            if (!answer.path("pending").asBoolean()) {
                return answer;
            }
            interval = answer.path("interval").asLong();
        }
        throw new Failure(
                ExitCode.TIMED_OUT, "nobody typed the code in time", "persys login begins again, with another code.");
    }

    private static void pause(long seconds) {
        try {
            TimeUnit.SECONDS.sleep(seconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(ExitCode.FAILED, "interrupted");
        }
    }
}
