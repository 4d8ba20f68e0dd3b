package dev.persys.http.scheduler.auth;

import dev.persys.auth.TokenText;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Sign-ins by GitHub that have begun and not ended, in memory: whoever is interrupted by a change of the leader begins
 * again. Bounded. Thread-safe.
 */
final class GitHubFlows {
    static final Duration LIFE = Duration.ofMinutes(10);
    private static final int MOST = 1_000;

    private final Map<String, Web> webs = new HashMap<>();
    private final Map<String, Device> devices = new HashMap<>();

    /**
     * One of a browser.
     *
     * @param verifier whose digest GitHub was told (RFC 7636)
     * @param browserDigest of the cookie of the browser that began it
     * @param returnTo a path of ours
     */
    record Web(String verifier, String browserDigest, String returnTo, Instant until) {}

    /**
     * One of a device.
     *
     * @param next before which GitHub does not want to be asked again
     */
    record Device(String deviceCode, Duration interval, Instant next, Instant until) {}

    synchronized boolean begin(String state, Web flow, Instant now) {
        webs.values().removeIf(old -> !now.isBefore(old.until()));
        return webs.size() < MOST && webs.putIfAbsent(TokenText.digest(state), flow) == null;
    }

    /** The flow of a state, which is good no more then, whoever brings it; empty where it is another browser's. */
    synchronized Optional<Web> take(String state, String browser, Instant now) {
        return Optional.ofNullable(webs.remove(TokenText.digest(state)))
                .filter(flow -> now.isBefore(flow.until())
                        && TokenText.isSame(flow.browserDigest(), TokenText.digest(browser)));
    }

    synchronized boolean begin(String flow, Device device, Instant now) {
        devices.values().removeIf(old -> !now.isBefore(old.until()));
        return devices.size() < MOST && devices.putIfAbsent(TokenText.digest(flow), device) == null;
    }

    synchronized Optional<Device> device(String flow, Instant now) {
        return Optional.ofNullable(devices.get(TokenText.digest(flow))).filter(device -> now.isBefore(device.until()));
    }

    /** GitHub is asked about it at {@code now}, and not again before its interval, lengthened by {@code more}. */
    synchronized void asked(String flow, Duration more, Instant now) {
        devices.computeIfPresent(TokenText.digest(flow), (digest, device) -> {
            Duration interval = device.interval().plus(more);
            return new Device(device.deviceCode(), interval, now.plus(interval), device.until());
        });
    }

    synchronized void end(String flow) {
        devices.remove(TokenText.digest(flow));
    }
}
