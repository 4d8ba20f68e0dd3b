package dev.persys.agent.docker;

import com.github.dockerjava.api.model.Capability;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kernel's capabilities as Docker knows them, without {@code CAP_}. */
public final class DockerCapabilities {
    /** Every one. */
    public static final String ALL = Capability.ALL.name();

    /** What every container has that does not drop it. */
    public static final Set<String> DEFAULTS = Set.of(
            "AUDIT_WRITE",
            "CHOWN",
            "DAC_OVERRIDE",
            "FOWNER",
            "FSETID",
            "KILL",
            "MKNOD",
            "NET_BIND_SERVICE",
            "NET_RAW",
            "SETFCAP",
            "SETGID",
            "SETPCAP",
            "SETUID",
            "SYS_CHROOT");

    private static final String PREFIX = "CAP_";

    private DockerCapabilities() {}

    /** The capability that {@code text} means, in either case, with or without {@code CAP_}; empty where there is none. */
    public static Optional<String> parse(String text) {
        String capitals = text.toUpperCase(Locale.ROOT);
        String name = capitals.startsWith(PREFIX) ? capitals.substring(PREFIX.length()) : capitals;
        for (Capability known : Capability.values()) {
            if (known.name().equals(name)) {
                return Optional.of(name);
            }
        }
        return Optional.empty();
    }
}
