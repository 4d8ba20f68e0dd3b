package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** {@code persys node approve} and {@code revoke}: which key is a node's, and that none is any more. */
final class NodeTrustVerb implements Verb {
    private final boolean approves;
    private final Syntax syntax;
    private final Single<String> id;
    private final Optional<Single<String>> key;
    private final Connection connection;

    private NodeTrustVerb(boolean approves, String verb, String summary) {
        this.approves = approves;
        syntax = new Syntax("node " + verb, summary);
        id = syntax.parameter("NODE", Operand.NODE, "The node's id.");
        key = approves
                ? Optional.of(syntax.option(
                        "--key",
                        "KEY",
                        "The key that is believed, sha256:… as the agent's log says it; without it, which one waits is told.",
                        Reader.TEXT))
                : Optional.empty();
        connection = new Connection(syntax);
    }

    static NodeTrustVerb approving() {
        return new NodeTrustVerb(
                true, "approve", "Believes a key that came for a node and was refused, when it comes again.");
    }

    static NodeTrustVerb revoking() {
        return new NodeTrustVerb(
                false, "revoke", "Has no certificate of a node count any more; its containers run on.");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        String node = id.required();
        String path = "/nodes/" + SchedulerApi.encode(node);
        SchedulerApi api = connection.open(context);
        Optional<String> named = key.flatMap(Single::value);
        JsonNode answer = approves
                ? api.post(path + "/approve"
                        + named.map(pin -> "?key=" + SchedulerApi.encode(pin)).orElse(""))
                : api.post(path + "/revoke");
        context.out().println(node);
        context.err()
                .println(
                        approves
                                ? node + " is let in with that key until "
                                        + answer.path("approved").path("until").asText()
                                : "Nothing counts that was certified for " + node
                                        + "; it comes back by persys node token --node " + node
                                        + ", or by persys node approve");
        return ExitCode.OK;
    }
}
