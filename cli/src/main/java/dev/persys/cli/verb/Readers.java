package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.DurationText;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Reader.NotAValueException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;

/** The short forms in which people write parts of a workload. What they mean is checked by the scheduler alone. */
final class Readers {
    private static final int MOST_PORT_DIGITS = 5;

    /** {@code KEY=VALUE}, or {@code KEY=}. */
    static final Reader<Map.Entry<String, String>> PAIR = text -> {
        int equals = text.indexOf('=');
        if (equals < 1) {
            throw new NotAValueException("NAME=VALUE is wanted");
        }
        return Map.entry(text.substring(0, equals), text.substring(equals + 1));
    };

    /** {@code [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]}. */
    static final Reader<ObjectNode> PORT = Readers::port;

    /** {@code SOURCE:TARGET[:ro]}. */
    static final Reader<ObjectNode> VOLUME = Readers::volume;

    /** Cores as a decimal. */
    static final Reader<BigDecimal> CPU = text -> {
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,6})?")) {
            throw new NotAValueException("a number of cores is wanted, such as 0.5 or 2");
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

    private static ObjectNode port(String text) throws NotAValueException {
        int slash = text.indexOf('/');
        String numbers = slash < 0 ? text : text.substring(0, slash);
        int colon = numbers.lastIndexOf(':');
        ObjectNode port = JsonText.object();
        port.put("container", number(numbers.substring(colon + 1)));
        if (colon >= 0) {
            String host = numbers.substring(0, colon);
            int address = host.lastIndexOf(':');
            if (address >= 0) {
                port.put("address", host.substring(0, address).replaceAll("^\\[|\\]$", ""));
            }
            // Docker's ADDRESS::CONTAINER lets Docker pick.
            if (address < 0 || address < host.length() - 1) {
                port.put("host", number(host.substring(address + 1)));
            }
        }
        if (slash >= 0) {
            port.put("protocol", text.substring(slash + 1));
        }
        return port;
    }

    private static int number(String digits) throws NotAValueException {
        if (digits.isEmpty()
                || digits.length() > MOST_PORT_DIGITS
                || !digits.chars().allMatch(Character::isDigit)) {
            throw new NotAValueException("[[ADDRESS:]HOST:]CONTAINER[/tcp|udp|sctp] is wanted, such as 8080:80");
        }
        return Integer.parseInt(digits);
    }

    private static ObjectNode volume(String text) throws NotAValueException {
        String[] parts = text.split(":", -1);
        boolean hasMode = parts.length == 3;
        if (parts.length < 2 || parts.length > 3 || (hasMode && !parts[2].matches("ro|rw"))) {
            throw new NotAValueException("SOURCE:TARGET[:ro] is wanted, such as /srv/data:/data:ro");
        }
        return JsonText.object()
                .put("source", parts[0])
                .put("target", parts[1])
                .put("readOnly", hasMode && parts[2].equals("ro"));
    }
}
