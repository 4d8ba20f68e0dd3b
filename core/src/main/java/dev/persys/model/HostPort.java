package dev.persys.model;

/** A port of a node: at most one workload holds it at a time. In text as {@code 8080/tcp}. */
public record HostPort(int port, Protocol protocol) {
    public HostPort {
        Present.value(protocol, "protocol");
    }

    @Override
    public String toString() {
        return port + "/" + protocol.name().toLowerCase(java.util.Locale.ROOT);
    }
}
