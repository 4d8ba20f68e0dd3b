package dev.persys.http.gateway;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which scheduler is asked, and which next where that fails: those that were ready when they were last heard of, in the order
 * of the settings, and behind them the others, for what is known of them may be old. Thread-safe.
 */
final class Upstreams {
    /** What is known of one. */
    enum Health {
        UNKNOWN,
        READY,
        /** It answers, and says that it cannot serve. */
        NOT_READY,
        UNREACHABLE
    }

    private final List<String> all;
    private final Map<String, Health> health = new HashMap<>();

    /** @param all host and port of each */
    Upstreams(List<String> all) {
        this.all = List.copyOf(all);
        all.forEach(one -> health.put(one, Health.UNKNOWN));
    }

    List<String> all() {
        return all;
    }

    /** All of them, the best first. */
    synchronized List<String> inOrder() {
        List<String> order = new ArrayList<>();
        for (Health wanted : List.of(Health.READY, Health.UNKNOWN, Health.NOT_READY, Health.UNREACHABLE)) {
            all.stream().filter(one -> health.get(one) == wanted).forEach(order::add);
        }
        return order;
    }

    /** What was found; whether that is news. */
    synchronized boolean found(String one, Health now) {
        return health.put(one, now) != now;
    }

    synchronized Map<String, Health> known() {
        return Map.copyOf(health);
    }

    /** Whether one could serve as far as is known. */
    synchronized boolean isAnyReady() {
        return health.containsValue(Health.READY);
    }
}
