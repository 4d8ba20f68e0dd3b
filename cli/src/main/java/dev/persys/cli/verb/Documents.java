package dev.persys.cli.verb;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import dev.persys.api.FileProblem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * YAML: the documents of a file, which may be JSON, since every JSON text is YAML; and the same data written so. Loaded
 * only where one of both is wanted, because the library takes longer to load than most verbs to run.
 */
final class Documents {
    private Documents() {}

    /** Refuses the numbers that YAML 1.1 reads otherwise than they look: {@code 0100} is 64 there, {@code 1_00} is 100. */
    private static final class PlainNumbers extends JsonParserDelegate {
        PlainNumbers(JsonParser parser) {
            super(parser);
        }

        @Override
        public JsonToken nextToken() throws IOException {
            JsonToken token = super.nextToken();
            if (token == JsonToken.VALUE_NUMBER_INT && getText().matches("[-+]?0[0-9_]+|.*_.*")) {
                throw new JsonParseException(
                        this,
                        getText() + " is another number to YAML than it looks like; leave out the zeros in front"
                                + " and the _, or put it in quotes",
                        currentTokenLocation());
            }
            return token;
        }
    }

    /** Readers differ in what a number, a moment or a ratio looks like; what is a word is one to all of them. */
    private static final class Cautious extends StringQuotingChecker.Default {
        private static final long serialVersionUID = 1L;
        private static final Pattern WORDS = Pattern.compile("[A-Za-z/_][ -~]*");

        @Override
        public boolean needToQuoteName(String name) {
            return super.needToQuoteName(name) || !WORDS.matcher(name).matches();
        }

        @Override
        public boolean needToQuoteValue(String value) {
            return super.needToQuoteValue(value) || !WORDS.matcher(value).matches();
        }
    }

    /** As YAML, with a line break at its end. Text that could be taken for something else is quoted. */
    static String write(JsonNode data) {
        YAMLFactory factory = YAMLFactory.builder()
                .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                .disable(YAMLGenerator.Feature.SPLIT_LINES)
                .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                .stringQuotingChecker(new Cautious())
                .enable(YAMLGenerator.Feature.LITERAL_BLOCK_STYLE)
                .build();
        StringWriter text = new StringWriter();
        try (JsonGenerator out = factory.createGenerator(text)) {
            JsonText.write(data, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /**
     * All documents of {@code file} that are not empty, as one behind a last {@code ---} is; of standard input for
     * {@code -}.
     *
     * @throws Failure where it cannot be read, with where in it
     */
    static List<JsonNode> read(String file, Context context) {
        YAMLFactory factory = YAMLFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .build();
        try {
            byte[] bytes = file.equals("-") ? context.in().readAllBytes() : Files.readAllBytes(Path.of(file));
            try (JsonParser parser = new PlainNumbers(factory.createParser(bytes))) {
                return JsonText.readAll(parser).stream()
                        .filter(document -> !document.isNull() && !"".equals(document.textValue()))
                        .toList();
            }
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            String where = at == null ? "" : ", line " + at.getLineNr() + ", column " + at.getColumnNr();
            throw new Failure(
                    ExitCode.USAGE,
                    file + where + ": "
                            + e.getOriginalMessage().lines().findFirst().orElse("not YAML"));
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, file + " cannot be read: " + FileProblem.of(e));
        }
    }
}
