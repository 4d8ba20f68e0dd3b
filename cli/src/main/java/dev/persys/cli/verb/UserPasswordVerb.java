package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** {@code persys user add} and {@code persys user passwd}: who signs in, and with which password. */
final class UserPasswordVerb implements Verb {
    private final Syntax syntax;
    private final Single<String> name;
    private final Optional<Single<String>> role;
    private final Connection connection;

    private UserPasswordVerb(boolean isNew) {
        syntax = new Syntax(
                        isNew ? "user add" : "user passwd",
                        isNew
                                ? "Adds a user who signs in with a password."
                                : "Gives a user another password; the sessions under the old one end.")
                .footer(
                        "The password is asked for, or is the first line of standard input; it never stands in an argument,",
                        "which other programs of this machine can read. It has 12 characters at least.");
        name = syntax.parameter("USER", Operand.OTHER, "The user's name, in lower case.");
        role = isNew
                ? Optional.of(syntax.option(
                        "--role",
                        "ROLE",
                        "viewer (the default), operator or admin: what the user may do.",
                        Reader.TEXT))
                : Optional.empty();
        connection = new Connection(syntax);
    }

    static UserPasswordVerb adding() {
        return new UserPasswordVerb(true);
    }

    static UserPasswordVerb changing() {
        return new UserPasswordVerb(false);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        ObjectNode body = JsonText.object();
        body.put("password", SecretInput.newPassword(context));
        if (role.isPresent()) {
            body.put("name", name.required());
            body.put("role", role.get().value().orElse("viewer"));
            api.send("POST", "/auth/users", body);
        } else {
            api.send("PUT", "/auth/users/" + SchedulerApi.encode(name.required()) + "/password", body);
        }
        context.out().println(name.required());
        return ExitCode.OK;
    }
}
