package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.FileProblem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** {@code persys secret set}: a secret has this value from now on, which no argument ever is. */
final class SecretSetVerb implements Verb {
    private static final int LONGEST = 64 * 1024;

    private final Syntax syntax = new Syntax("secret set", "Gives a secret a value, from a file or standard input.")
            .footer(
                    "The value is never an argument, which every process of this machine could read.",
                    "Containers keep the value that they were made with until persys restart makes new ones.");
    private final Single<String> name = syntax.parameter("SECRET", Operand.OTHER, "Its name, such as db-password.");
    private final Single<String> file = syntax.option(
            "--from-file", "FILE", "Where the value is; - is standard input, as without it.", text -> text);
    private final Flag exact = syntax.flag("--exact", "With the line break at its end, which is left out otherwise.");
    private final Connection connection = new Connection(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        String value = value(context);
        SchedulerApi api = connection.open(context);
        JsonNode answer = api.put(
                "/secrets/" + SchedulerApi.encode(name.required()),
                JsonText.object().put("value", value),
                "persys secret ls shows its version; to set it once more does no harm.");
        context.out().println(name.required());
        context.err()
                .println("Secret " + name.required() + " is at version "
                        + answer.path("version").asLong());
        answer.path("workloads").forEach(workload -> {
            if (workload.path("outdated").asBoolean()) {
                context.err()
                        .println(workload.path("name").asText() + " ("
                                + workload.path("id").asText()
                                + ") still runs version "
                                + workload.path("version").asLong()
                                + "; persys restart gives it this one");
            }
        });
        return ExitCode.OK;
    }

    private String value(Context context) {
        String source = file.value().orElse("-");
        String text;
        try (InputStream in = source.equals("-") ? context.in() : Files.newInputStream(Path.of(source))) {
            byte[] bytes = in.readNBytes(LONGEST + 3);
            if (bytes.length > LONGEST + 2) {
                throw new Failure(ExitCode.USAGE, "the value is longer than " + LONGEST + " bytes");
            }
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the value is not text in UTF-8, and an environment variable is text",
                    "Encode it first, as base64 does, and decode it in the container.");
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, source + " cannot be read: " + FileProblem.of(e));
        }
        String whole = exact.isSet() ? text : text.replaceFirst("\r?\n\\z", "");
        if (whole.isEmpty()) {
            throw new Failure(
                    ExitCode.USAGE,
                    "the value is empty",
                    "Bring it on standard input, or name its file with --from-file.");
        }
        return whole;
    }
}
