package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;

/**
 * A line of a container's {@code /etc/hosts}. In JSON it is text as Docker writes it: {@code NAME:ADDRESS}.
 *
 * @param address an IP address, or {@link #GATEWAY}
 */
public record ExtraHost(String name, String address) {
    /** Stands for the node's own address, as the container reaches it. */
    public static final String GATEWAY = "host-gateway";

    public ExtraHost {
        if (Present.value(name, "name").isEmpty()
                || name.indexOf(':') >= 0
                || Present.value(address, "address").isEmpty()) {
            throw new IllegalArgumentException("a host has a name and an address: " + name + ":" + address);
        }
    }

    /** Empty where {@code text} has no colon, or nothing on one side of its first. */
    public static Optional<ExtraHost> parse(String text) {
        int colon = text.indexOf(':');
        return colon > 0 && colon < text.length() - 1
                ? Optional.of(new ExtraHost(text.substring(0, colon), text.substring(colon + 1)))
                : Optional.empty();
    }

    @JsonCreator
    static ExtraHost of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no host and its address: " + text));
    }

    /** As Docker writes it. */
    @JsonValue
    public String text() {
        return name + ":" + address;
    }
}
