package dev.persys.cli.verb;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.client.Refusal;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What becomes of a verb that follows something while its scheduler does not answer: one that has answered and is being
 * started anew comes back; one that never did is not waited for. For one thread.
 */
final class Outage {
    /** How long one may last while output or events are followed. */
    static final Duration LIMIT = Duration.ofSeconds(60);

    private final Duration limit;
    private Optional<Long> answeredNanos = Optional.empty();

    /** Of which {@code limit} is borne. */
    Outage(Duration limit) {
        this.limit = limit;
    }

    void answered() {
        answeredNanos = Optional.of(System.nanoTime());
    }

    /** Fails with that unless it is one that may pass. */
    void bear(Failure failure) {
        boolean isPassing = failure.code() == ExitCode.UNREACHABLE
                && answeredNanos
                        .filter(at -> System.nanoTime() - at < limit.toNanos())
                        .isPresent();
        if (!isPassing) {
            throw failure;
        }
    }

    /** What is asked, once it is answered. */
    <T> T outlast(Supplier<T> question) {
        while (true) {
            try {
                T answer = question.get();
                answered();
                return answer;
            } catch (Failure e) {
                bear(e);
            } catch (Refusal e) {
                bear(e.failure());
            }
            WorkloadWatch.pause();
        }
    }
}
