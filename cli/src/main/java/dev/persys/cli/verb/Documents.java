package dev.persys.cli.verb;

import com.fasterxml.jackson.core.JsonGenerator;
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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * YAML: the documents of a file, which may be JSON, since every JSON text is YAML; and the same data written so. Loaded
 * only where one of both is wanted, because the library takes longer to load than most verbs to run.
 */
final class Documents {
    private static final String BYTE_ORDER_MARK = "\ufeff";

    private Documents() {}

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
        try {
            byte[] bytes = file.equals("-") ? context.in().readAllBytes() : Files.readAllBytes(Path.of(file));
            String text = text(bytes);
            Optional<ForeignFiles.Kind> foreign = ForeignFiles.kind(text);
            if (foreign.isPresent()) {
                throw foreign.get().refused(file, "");
            }
            return YamlReader.read(text).stream()
                    .filter(document -> !document.isNull() && !"".equals(document.textValue()))
                    .toList();
        } catch (YamlReader.SyntaxException e) {
            throw new Failure(ExitCode.USAGE, file + ", " + e.getMessage());
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, file + " cannot be read: " + FileProblem.of(e));
        }
    }

    /** Strictly UTF-8, without the mark that some editors put first. */
    private static String text(byte[] bytes) throws CharacterCodingException {
        String text = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(ByteBuffer.wrap(bytes))
                .toString();
        return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }
}
