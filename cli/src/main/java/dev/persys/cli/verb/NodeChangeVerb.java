package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenNode;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;

/** {@code persys node drain}, {@code activate}, {@code accept-orphans} and {@code rm}: something else is wanted of nodes. */
final class NodeChangeVerb implements Verb {
    /** What is wanted. */
    enum Change {
        DRAIN("drain", "Takes nodes out of placement; what runs there goes on."),
        ACTIVATE("activate", "Puts drained nodes back into placement."),
        ACCEPT_ORPHANS(
                "accept-orphans",
                "Goes on with the records on nodes where containers without one are held: those are removed."),
        REMOVE("rm", "Forgets nodes; their workloads are placed elsewhere.");

        private final String verb;
        private final String summary;

        Change(String verb, String summary) {
            this.verb = verb;
            this.summary = summary;
        }
    }

    private final Change change;
    private final Syntax syntax;
    private final Several<String> ids;
    private final Connection connection;

    NodeChangeVerb(Change change) {
        this.change = change;
        syntax = new Syntax("node " + change.verb, change.summary);
        ids = syntax.parameters("NODE", Operand.NODE, "The nodes' ids.");
        connection = new Connection(syntax);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        SchedulerApi api = connection.open(context);
        Failures failures = new Failures(context.err());
        for (String id : ids.values()) {
            failures.attempt(() -> {
                JsonNode answer = ask(api, id);
                context.out().println(id);
                if (change != Change.REMOVE) {
                    SeenNode node = new SeenNode(answer);
                    context.err().println(id + " is " + node.status() + " with " + workloads(node.workloads()));
                }
            });
        }
        return failures.exitCode();
    }

    private JsonNode ask(SchedulerApi api, String id) {
        String path = "/nodes/" + SchedulerApi.encode(id);
        return switch (change) {
            case DRAIN, ACTIVATE, ACCEPT_ORPHANS -> api.post(path + "/" + change.verb);
            case REMOVE -> api.delete(path);
        };
    }

    private static String workloads(int count) {
        return count == 1 ? "1 workload" : count + " workloads";
    }
}
