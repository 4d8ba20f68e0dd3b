package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.client.SeenNode;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Syntax;

/**
 * {@code persys node cordon}, {@code uncordon}, their older names {@code drain} and {@code activate}, {@code accept-orphans}
 * and {@code rm}: something else is wanted of nodes.
 */
final class NodeChangeVerb implements Verb {
    /** What is wanted. */
    enum Change {
        CORDON("cordon", "Takes nodes out of placement; what runs there goes on."),
        UNCORDON("uncordon", "Puts cordoned nodes back into placement."),
        DRAIN("drain", "As cordon: nothing new is placed there, and nothing is moved away."),
        ACTIVATE("activate", "As uncordon."),
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
        if (change == Change.DRAIN) {
            context.err()
                    .println(
                            "What runs there stays there: drain moves nothing, and does what persys node cordon does.");
        }
        return failures.exitCode();
    }

    private JsonNode ask(SchedulerApi api, String id) {
        String path = "/nodes/" + SchedulerApi.encode(id);
        return switch (change) {
            case CORDON, UNCORDON, DRAIN, ACTIVATE, ACCEPT_ORPHANS -> api.post(path + "/" + change.verb);
            case REMOVE -> api.delete(path);
        };
    }

    private static String workloads(int count) {
        return count == 1 ? "1 workload" : count + " workloads";
    }
}
