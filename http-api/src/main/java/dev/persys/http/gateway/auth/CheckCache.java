package dev.persys.http.gateway.auth;

import dev.persys.http.gateway.Authenticator.Admission;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What schedulers said of tokens, for some seconds: a scheduler looks at the credential of each request again, so that who
 * is revoked meanwhile does not get by. Bounded. Thread-safe.
 */
final class CheckCache {
    private static final long LIFE_NANOS = Duration.ofSeconds(5).toNanos();
    private static final int MOST = 10_000;

    private final LongSupplier nanos;
    private final Map<String, Entry> byDigest = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Entry> eldest) {
            return size() > MOST;
        }
    };

    private record Entry(CompletionStage<Admission> answer, long atNanos) {}

    CheckCache(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** What is known, or what {@code asking} finds out; a failure is not kept. */
    CompletionStage<Admission> get(String digest, Supplier<CompletionStage<Admission>> asking) {
        synchronized (byDigest) {
            Entry entry = byDigest.get(digest);
            if (entry != null && nanos.getAsLong() - entry.atNanos() < LIFE_NANOS) {
                return entry.answer();
            }
            CompletionStage<Admission> answer = asking.get();
            byDigest.put(digest, new Entry(answer, nanos.getAsLong()));
            return answer.whenComplete((known, failure) -> {
                if (failure != null) {
                    forget(digest, answer);
                }
            });
        }
    }

    private void forget(String digest, CompletionStage<Admission> failed) {
        synchronized (byDigest) {
            Entry entry = byDigest.get(digest);
            if (entry != null && entry.answer() == failed) {
                byDigest.remove(digest);
            }
        }
    }
}
