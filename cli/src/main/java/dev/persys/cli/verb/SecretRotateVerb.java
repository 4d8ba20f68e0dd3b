package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.syntax.Syntax;

/** {@code persys secret rotate}: all secrets are sealed by the key that is first now. */
final class SecretRotateVerb implements Verb {
    private final Syntax syntax = new Syntax("secret rotate", "Seals all secrets by the scheduler's first key.")
            .footer(
                    "Put a new line in front of the file of keys, start the schedulers anew, then run this; the older"
                            + " lines are needed no longer after that.",
                    "Values and versions stay as they are.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        JsonNode answer = connection.open(context).post("/cluster/reseal-secrets");
        context.err()
                .println(answer.path("resealed").asInt() + " secrets were sealed anew; all are sealed by key "
                        + answer.path("key").asText() + " now");
        JsonNode unusable = answer.path("unusable");
        unusable.forEach(name -> context.err()
                .println("Secret " + name.asText() + " could not be opened: the key that sealed it is not here."));
        return unusable.isEmpty() ? ExitCode.OK : ExitCode.FAILED;
    }
}
