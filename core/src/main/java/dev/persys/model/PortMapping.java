package dev.persys.model;

import java.util.Optional;

/**
 * A container's port that is published on its node.
 *
 * @param name what it is for, a DNS label
 * @param container the port inside the container, 1 to 65535
 * @param host the node's port, 1 to 65535; absent, and Docker picks a free one when the container starts
 * @param protocol TCP unless said otherwise
 */
public record PortMapping(Optional<String> name, int container, Optional<Integer> host, Protocol protocol) {
    public PortMapping {
        if (!isPort(container) || host.filter(port -> !isPort(port)).isPresent()) {
            throw new IllegalArgumentException("a port is 1 to 65535: " + container + ", " + host);
        }
    }

    public static boolean isPort(int port) {
        return port >= 1 && port <= 65_535;
    }

    /** The node's port that must be free, where one is asked for. */
    public Optional<HostPort> hostPort() {
        return host.map(port -> new HostPort(port, protocol));
    }
}
