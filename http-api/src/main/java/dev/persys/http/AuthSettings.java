package dev.persys.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import java.time.Duration;

/**
 * Everything that can be set about tokens, sessions and sign-in; {@code reference.conf} has each default with its unit and
 * why.
 *
 * @param tokenLife of an API token for which nothing else is asked
 * @param accessLife of what a session shows with its requests
 * @param sessionLife from sign-in on, after which nothing prolongs it
 * @param keyLife after which another key signs
 * @param failures wrong passwords in a minute for one user from one address; an address has three times as many in all, a
 *     user from everywhere ten times
 */
public record AuthSettings(
        Duration tokenLife, Duration accessLife, Duration sessionLife, Duration keyLife, int failures) {
    private static final String PATH = HttpSettings.PATH + ".scheduler.auth";

    /** From the whole configuration of a process; fails with {@link ConfigException} that names the setting. */
    public static AuthSettings of(Config root) {
        Config config = root.getConfig(PATH);
        int failures = config.getInt("sign-in-failures");
        if (failures < 1) {
            throw new ConfigException.BadValue(
                    config.origin(), PATH + ".sign-in-failures", "at least 1 is needed: " + failures);
        }
        return new AuthSettings(
                within(config, "token-life", Duration.ofMinutes(1), Duration.ofDays(3_650)),
                within(config, "access-life", Duration.ofSeconds(10), Duration.ofHours(1)),
                within(config, "session-life", Duration.ofMinutes(1), Duration.ofDays(30)),
                within(config, "key-life", Duration.ofMinutes(1), Duration.ofDays(30)),
                failures);
    }

    private static Duration within(Config config, String name, Duration least, Duration most) {
        Duration value = config.getDuration(name);
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw new ConfigException.BadValue(
                    config.getValue(name).origin(),
                    PATH + "." + name,
                    least.toSeconds() + "s to " + most.toSeconds() + "s is needed: " + value.toSeconds() + "s");
        }
        return value;
    }
}
