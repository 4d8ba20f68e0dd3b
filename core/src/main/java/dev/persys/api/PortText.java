package dev.persys.api;

import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * Published ports as Docker writes them: {@code [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]}. Both may be ranges of the same
 * length, such as {@code 8000-8010:9000-9010}, and then stand for that many ports.
 */
public final class PortText {
    /** What can be written, for people. */
    public static final String ALLOWED =
            "[[ADDRESS:]HOST:]CONTAINER[/tcp|udp|sctp] such as 8080:80, 127.0.0.1:8080:80/udp or 8000-8010:9000-9010,"
                    + " with ports from 1 to 65535 and ranges of the same length";

    private static final Pattern FORM = Pattern.compile(
            "(?:(?:\\[(?<ip6>[0-9a-fA-F:.]{2,45})\\]|(?<ip4>[0-9.]{7,15})):(?=[-0-9]*:))?(?:(?<host>[-0-9]{0,11}):)?"
                    + "(?<container>[-0-9]{1,11})(?:/(?<protocol>tcp|udp|sctp))?");

    /** One number, or the first and the last of a range. */
    private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,5})(?:-([0-9]{1,5}))?");

    /** The ports from {@code first} to {@code last}, both taken. */
    private record Range(int first, int last) {
        static Optional<Range> parse(String text) {
            Matcher numbers = NUMBERS.matcher(text);
            if (!numbers.matches()) {
                return Optional.empty();
            }
            int first = Integer.parseInt(numbers.group(1));
            int last = numbers.group(2) == null ? first : Integer.parseInt(numbers.group(2));
            return PortMapping.isPort(first) && PortMapping.isPort(last) && first <= last
                    ? Optional.of(new Range(first, last))
                    : Optional.empty();
        }

        int length() {
            return last - first + 1;
        }
    }

    private PortText() {}

    /**
     * The ports in the order of their numbers. Empty where {@code text} has another form, a part of it is no port or
     * address, or it stands for more ports than a workload has.
     */
    public static List<PortMapping> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return List.of();
        }
        Optional<String> address =
                Optional.ofNullable(matcher.group("ip6")).or(() -> Optional.ofNullable(matcher.group("ip4")));
        Optional<String> hostText = Optional.ofNullable(matcher.group("host"));
        // Docker's ADDRESS::CONTAINER lets Docker pick.
        boolean picked = hostText.isEmpty() || (hostText.get().isEmpty() && address.isPresent());
        Optional<Range> host = picked ? Optional.empty() : Range.parse(hostText.get());
        Optional<Range> container = Range.parse(matcher.group("container"));
        if (container.isEmpty()
                || container.get().length() > Fields.MAX_ENTRIES
                || (!picked
                        && host.map(Range::length)
                                .filter(length -> length == container.get().length())
                                .isEmpty())
                || address.filter(ip -> !Rules.IP_ADDRESS.holds().test(ip)).isPresent()) {
            return List.of();
        }
        Protocol protocol = matcher.group("protocol") == null
                ? Protocol.TCP
                : Protocol.valueOf(matcher.group("protocol").toUpperCase(Locale.ROOT));
        return IntStream.range(0, container.get().length())
                .mapToObj(i -> new PortMapping(
                        Optional.empty(),
                        container.get().first() + i,
                        host.map(range -> range.first() + i),
                        protocol,
                        address))
                .toList();
    }
}
