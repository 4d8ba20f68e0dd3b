package dev.persys.model;

import java.util.Optional;

/**
 * A container's port that is published on its node.
 *
 * @param name what it is for, a DNS label
 * @param container the port inside the container, 1 to 65535
 * @param host the node's port, 1 to 65535; absent, and Docker picks a free one when the container starts
 * @param protocol TCP unless said otherwise
 * @param address of the node, an IP address, on which alone it is published; absent, and the node's settings say where.
 *     The node's port is taken on every address all the same
 */
public record PortMapping(
        Optional<String> name, int container, Optional<Integer> host, Protocol protocol, Optional<String> address) {
    /** Longer than any IP address. */
    private static final int MAX_ADDRESS = 64;

    public PortMapping {
        Present.value(name, "name");
        Present.value(host, "host");
        Present.value(protocol, "protocol");
        Present.value(address, "address").ifPresent(text -> Present.text(text, MAX_ADDRESS, "address"));
        if (!isPort(container) || host.filter(port -> !isPort(port)).isPresent()) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + container + ", " + host);
        }
    }

    /** On every address that the node's settings say. */
    public PortMapping(Optional<String> name, int container, Optional<Integer> host, Protocol protocol) {
        this(name, container, host, protocol, Optional.empty());
    }

    public static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    /** The node's port that must be free, where one is asked for. */
    public Optional<HostPort> hostPort() {
        return host.map(port -> new HostPort(port, protocol));
    }
}
