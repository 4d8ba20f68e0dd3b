package dev.persys.cli.verb;

import dev.persys.api.DurationText;
import dev.persys.api.Parsed;
import dev.persys.api.PortText;
import dev.persys.api.VolumeText;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Reader.NotAValueException;
import dev.persys.model.VolumeMount;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/**
 * The short forms in which people write parts of a workload. Ports and volumes are read as the scheduler reads them;
 * what all else means is checked by it alone.
 */
final class Readers {
    /** {@code NAME=VALUE}, or a name alone, whose value is empty. */
    static final Reader<Map.Entry<String, String>> LABEL =
            text -> text.indexOf('=') < 0 && !text.isEmpty() ? Map.entry(text, "") : pair(text);

    /** {@code KEY=VALUE}, or {@code KEY=}. */
    static final Reader<Map.Entry<String, String>> PAIR = Readers::pair;

    /** {@code [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]}, with ranges. */
    static final Reader<String> PORT = Readers::port;

    /** {@code SOURCE:TARGET[:ro]}, with what a shell writes for a directory. */
    static final Reader<String> VOLUME = Readers::volume;

    /** Cores as a decimal, or thousandths of one as kubectl writes them: {@code 0.5}, {@code .5} and {@code 500m}. */
    static final Reader<BigDecimal> CPU = text -> {
        if (text.matches("[0-9]{1,7}m")) {
            return new BigDecimal(text.substring(0, text.length() - 1)).movePointLeft(3);
        } else if (!text.matches("[0-9]{1,6}(\\.[0-9]{0,6})?|\\.[0-9]{1,6}")) {
            throw new NotAValueException("a number of cores is wanted, such as 0.5, 2 or 500m");
        }
        return new BigDecimal(text);
    };

    /** An amount of memory, with Docker's units ({@code 512m}, {@code 2g}) as those that they stand for. */
    static final Reader<String> SIZE = text -> text.matches("[0-9.]+[kmg]b?")
            ? text.replaceAll("b$", "").replace("k", "Ki").replace("m", "Mi").replace("g", "Gi")
            : text;

    /** A span of time. */
    static final Reader<Duration> DURATION = text ->
            DurationText.parse(text).orElseThrow(() -> new NotAValueException("a span such as 30s or 1m30s is wanted"));

    private Readers() {}

    private static Map.Entry<String, String> pair(String text) throws NotAValueException {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new NotAValueException("NAME=VALUE is wanted");
        }
        return Map.entry(text.substring(0, equals), text.substring(equals + 1));
    }

    private static String port(String text) throws NotAValueException {
        if (PortText.parse(text).isEmpty()) {
            throw new NotAValueException("wanted is " + PortText.ALLOWED);
        }
        return text;
    }

    /** A directory as a shell names it is made absolute; a word without a slash is a volume's name, as with Docker. */
    private static String volume(String text) throws NotAValueException {
        int colon = text.indexOf(':');
        String source = colon < 0 ? text : text.substring(0, colon);
        String whole = directory(source) + (colon < 0 ? "" : text.substring(colon));
        if (VolumeText.parse(whole) instanceof Parsed.Invalid<VolumeMount> invalid) {
            throw new NotAValueException("wanted is " + invalid.errors().get(0).allowed());
        }
        return whole;
    }

    /** What a shell would make of {@code source}; as it is where that is nothing else. */
    static String directory(String source) {
        if (source.matches("\\.{1,2}(/.*)?")) {
            return Path.of("").toAbsolutePath().resolve(source).normalize().toString();
        }
        return source.matches("~(/.*)?") ? System.getProperty("user.home") + source.substring(1) : source;
    }
}
