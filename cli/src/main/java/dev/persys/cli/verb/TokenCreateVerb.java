package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;

/** {@code persys token create}: a token for a program, shown this once. */
final class TokenCreateVerb implements Verb {
    private final Syntax syntax = new Syntax("token create", "Makes an API token, and shows it this once.")
            .footer(
                    "The token is for PERSYS_TOKEN or --token-file of whoever calls a gateway.",
                    "persys token rm ends it at once.");
    private final Single<String> name = syntax.parameter("NAME", Operand.OTHER, "What it is for, such as ci.");
    private final Single<String> role = syntax.option(
            "--role", "ROLE", "viewer (the default), operator or admin: what its holder may do.", Reader.TEXT);
    private final Single<String> expires = syntax.option(
            "--expires-in",
            "SPAN",
            "How long it is good, such as 90d; or never. The setting says otherwise.",
            Reader.TEXT);
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        ObjectNode body = JsonText.object();
        body.put("name", name.required());
        body.put("role", role.value().orElse("viewer"));
        expires.value().ifPresent(span -> body.put("expiresIn", span));
        JsonNode made = connection.open(context).send("POST", "/auth/tokens", body);
        if (!output.printData(made, context.out())) {
            context.out().println(made.path("token").asText());
            context.err()
                    .println("The token " + name.required() + " ("
                            + made.path("id").asText() + ") lets its holder do what " + role(made) + " may, "
                            + until(made) + ". It is not shown again.");
        }
        return ExitCode.OK;
    }

    private static String role(JsonNode made) {
        String role = made.path("role").asText();
        return (role.equals("viewer") ? "a " : "an ") + role;
    }

    private static String until(JsonNode made) {
        String end = made.path("expiresAt").asText();
        return end.isEmpty() ? "until it is revoked" : "until " + end;
    }
}
