package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;

/** {@code persys secret rm}: secrets are forgotten. */
final class SecretRemoveVerb implements Verb {
    private final Syntax syntax = new Syntax("secret rm", "Removes secrets that no workload uses.");
    private final Several<String> names = syntax.parameters("SECRET", Operand.OTHER, "Their names.");
    private final Flag force =
            syntax.flag("-f, --force", "Also where workloads use it: their next start waits for it then.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        Failures failures = new Failures(context.err());
        for (String name : names.values()) {
            failures.attempt(() -> {
                var unused = api.delete("/secrets/" + SchedulerApi.encode(name) + (force.isSet() ? "?force=true" : ""));
                context.out().println(name);
            });
        }
        return failures.exitCode();
    }
}
