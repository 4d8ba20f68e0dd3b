package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;

/** {@code persys node token}: what one machine joins by, and the line to run there. */
final class NodeTokenVerb implements Verb {
    private final Syntax syntax = new Syntax(
                    "node token", "Makes a token by which one machine joins the cluster, once.")
            .footer("The token is shown this once; whoever has it can join until it is used or over.");
    private final Single<String> node = syntax.option(
            "--node",
            "NODE",
            "The only node that may join by it; also one that has a key already, which is replaced.",
            Reader.TEXT);
    private final Single<String> ttl = syntax.option(
            "--ttl", "SPAN", "Until it is over, such as 1h; 10m unless the scheduler says otherwise.", Reader.TEXT);
    private final Output output = new Output(syntax);
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        ObjectNode body = JsonText.object();
        node.value().ifPresent(id -> body.put("node", id));
        ttl.value().ifPresent(span -> body.put("ttl", span));
        JsonNode made = connection.open(context).post("/nodes/tokens", body);
        if (output.printData(made, context.out())) {
            return ExitCode.OK;
        }
        String token = made.path("token").asText();
        if (output.format() == OutputFormat.NAME) {
            context.out().println(token);
            return ExitCode.OK;
        }
        context.err()
                .println("On the machine that is to join, until "
                        + made.path("expires").asText() + ":");
        context.out()
                .println("persys agent --join " + token + " --scheduler "
                        + made.path("scheduler").asText());
        return ExitCode.OK;
    }
}
