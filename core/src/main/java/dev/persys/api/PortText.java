package dev.persys.api;

import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A published port as Docker writes it: {@code [[ADDRESS:]HOST:]CONTAINER[/PROTOCOL]}. */
public final class PortText {
    /** What can be written, for people. */
    public static final String ALLOWED =
            "[[ADDRESS:]HOST:]CONTAINER[/tcp|udp|sctp] such as 8080:80 or 127.0.0.1:8080:80/udp, with ports from 1 to"
                    + " 65535; or an object with the fields container, host, protocol, address and name";

    private static final Pattern FORM = Pattern.compile(
            "(?:(?:\\[([0-9a-fA-F:.]{2,45})\\]|([0-9.]{7,15})):(?=[0-9]*:))?(?:([0-9]{0,5}):)?([0-9]{1,5})(?:/(tcp|udp|sctp))?");

    private PortText() {}

    /** Empty where {@code text} has another form, or a part of it no port or address. */
    public static Optional<PortMapping> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        Optional<String> address =
                Optional.ofNullable(matcher.group(1)).or(() -> Optional.ofNullable(matcher.group(2)));
        String host = matcher.group(3) == null ? "" : matcher.group(3);
        boolean hostWanted = matcher.group(3) != null && address.isEmpty();
        int container = Integer.parseInt(matcher.group(4));
        Optional<Integer> hostPort = host.isEmpty() ? Optional.empty() : Optional.of(Integer.parseInt(host));
        if (!PortMapping.isPort(container)
                || hostPort.filter(port -> !PortMapping.isPort(port)).isPresent()
                || (hostWanted && hostPort.isEmpty())
                || address.filter(ip -> !Rules.IP_ADDRESS.holds().test(ip)).isPresent()) {
            return Optional.empty();
        }
        Protocol protocol = matcher.group(5) == null
                ? Protocol.TCP
                : Protocol.valueOf(matcher.group(5).toUpperCase(Locale.ROOT));
        return Optional.of(new PortMapping(Optional.empty(), container, hostPort, protocol, address));
    }
}
