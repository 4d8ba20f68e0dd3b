package dev.persys.http.scheduler;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.http.Secret;
import dev.persys.join.JoinMode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * How machines join; {@code reference.conf} has each default with its unit and why.
 *
 * @param secrets that are taken where {@link JoinMode#SECRET} is set: that of today, and the one before it
 * @param tokenTtl until a token is over, where it does not say so itself
 * @param approvalTtl until an approval is forgotten of which no use was made
 * @param life of the certificates of agents
 * @param failuresPerMinute of one address, and of one node id, that are looked at
 */
public record JoinSettings(
        JoinMode mode,
        List<Secret> secrets,
        Duration tokenTtl,
        Duration approvalTtl,
        Duration life,
        int failuresPerMinute) {
    private static final String PATH = "persys.http.scheduler.join";
    private static final int SHORTEST_SECRET = 16;
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(1);

    /** What stands in examples is known to everybody. */
    private static final Set<String> KNOWN = Set.of(
            "secret",
            "changeme",
            "change-me",
            "password",
            "default",
            "agent-secret",
            "agent_secret",
            "your-agent-secret",
            "your-secret-here",
            "supersecret",
            "change-me-please",
            "changemechangeme");

    public JoinSettings {
        secrets = List.copyOf(secrets);
    }

    /** From the whole configuration of a process; fails with {@link ConfigException} that names the setting. */
    public static JoinSettings of(Config root) {
        Config config = root.getConfig(PATH);
        JoinMode mode = JoinMode.of(config.getString("mode"))
                .orElseThrow(() ->
                        bad(config, "mode", "one of " + JoinMode.words() + " is needed: " + config.getString("mode")));
        List<Secret> secrets = Stream.of(
                        root.getString("persys.http.agent-secret"), config.getString("previous-secret"))
                .flatMap(text -> Secret.of(text).stream())
                .toList();
        if (mode == JoinMode.SECRET) {
            requireStrong(config, root.getString("persys.http.agent-secret"));
        }
        int failures = config.getInt("failures-per-minute");
        if (failures < 1) {
            throw bad(config, "failures-per-minute", "at least 1 is needed: " + failures);
        }
        return new JoinSettings(
                mode,
                mode == JoinMode.SECRET ? secrets : List.of(),
                span(config, "token-ttl", Duration.ofSeconds(1)),
                span(config, "approval-ttl", Duration.ofSeconds(1)),
                span(config, "certificate-life", SHORTEST_LIFE),
                failures);
    }

    private static void requireStrong(Config config, String secret) {
        if (secret.length() < SHORTEST_SECRET || KNOWN.contains(secret.toLowerCase(Locale.ROOT))) {
            throw bad(
                    config,
                    "mode",
                    "the mode secret lets in whoever knows AGENT_SECRET (persys.http.agent-secret), which is "
                            + (secret.isEmpty() ? "empty" : "short, or known from examples")
                            + ": set it to " + SHORTEST_SECRET
                            + " random characters or more, such as those of openssl rand -hex 32");
        }
    }

    private static Duration span(Config config, String name, Duration least) {
        Duration value = config.getDuration(name);
        if (value.compareTo(least) < 0) {
            throw bad(config, name, "at least " + least.toSeconds() + "s are needed: " + value.toMillis() + " ms");
        }
        return value;
    }

    private static ConfigException bad(Config config, String name, String what) {
        return new ConfigException.BadValue(config.origin(), PATH + "." + name, what);
    }
}
