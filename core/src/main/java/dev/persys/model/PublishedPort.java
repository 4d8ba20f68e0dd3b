package dev.persys.model;

/** A port as Docker published it: where {@code container} can be reached on the node. */
public record PublishedPort(int container, Protocol protocol, int host) {
    public PublishedPort {
        Present.value(protocol, "protocol");
        if (!PortMapping.isPort(container) || !PortMapping.isPort(host)) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + container + ", " + host);
        }
    }
}
