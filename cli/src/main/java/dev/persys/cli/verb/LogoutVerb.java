package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.AddressBook;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SessionFile;
import dev.persys.cli.syntax.Syntax;
import java.net.URI;
import java.util.Optional;

/** {@code persys logout}: ends the session of this home, everywhere at once. */
final class LogoutVerb implements Verb {
    private final Syntax syntax = new Syntax("logout", "Signs out: the session ends everywhere at once.");

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SessionFile session = SessionFile.of(context);
        Optional<URI> gateway = session.gateway();
        if (gateway.isEmpty()) {
            context.err().println("Nobody is signed in here.");
            return ExitCode.OK;
        }
        ObjectNode body = JsonText.object();
        body.put("refreshToken", session.refreshToken().orElse(""));
        new SchedulerApi(AddressBook.unnamed(context, gateway.get())).send("POST", "/auth/logout", body);
        session.forget();
        context.err().println("Signed out at " + gateway.get() + ".");
        return ExitCode.OK;
    }
}
