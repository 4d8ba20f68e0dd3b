package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;

/** {@code persys token rm} and {@code persys user rm}: who comes in no more. */
final class AuthRemoveVerb implements Verb {
    private final boolean tokens;
    private final Syntax syntax;
    private final Several<String> references;
    private final Connection connection;

    private AuthRemoveVerb(boolean tokens, Syntax syntax, String what) {
        this.tokens = tokens;
        this.syntax = syntax;
        this.references = syntax.parameters(tokens ? "TOKEN" : "USER", Operand.OTHER, what);
        this.connection = new Connection(syntax);
    }

    static AuthRemoveVerb tokens() {
        return new AuthRemoveVerb(
                true,
                new Syntax("token rm", "Revokes API tokens: from now on nobody is let in by them."),
                "Ids, beginnings of ids that are unique, or names.");
    }

    static AuthRemoveVerb users() {
        return new AuthRemoveVerb(
                false,
                new Syntax("user rm", "Removes users; their sessions end at once, tokens that they made stay."),
                "Their names.");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        Failures failures = new Failures(context.err());
        for (String reference : references.values()) {
            failures.attempt(() -> context.out()
                    .println(api.delete((tokens ? "/auth/tokens/" : "/auth/users/") + SchedulerApi.encode(reference))
                            .path(tokens ? "id" : "name")
                            .asText()));
        }
        return failures.exitCode();
    }
}
