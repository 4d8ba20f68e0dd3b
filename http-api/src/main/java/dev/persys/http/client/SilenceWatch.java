package dev.persys.http.client;

import akka.NotUsed;
import akka.stream.javadsl.Flow;
import dev.persys.protocol.AgentClient.Told;
import java.time.Duration;
import java.util.List;

/** Tells once of each silence on a stream, and of its end; what comes otherwise but an event is left out. */
final class SilenceWatch {
    private boolean silent;

    private SilenceWatch() {}

    /**
     * Behind what comes on a stream, where {@link Told.Sound} is whatever is no event.
     *
     * @param pause without anything, until it is silent
     */
    static Flow<Told, Told, NotUsed> flow(Duration pause) {
        return Flow.of(Told.class)
                .keepAlive(pause, () -> new Told.Silence(pause))
                .statefulMapConcat(() -> new SilenceWatch()::told);
    }

    private Iterable<Told> told(Told told) {
        boolean was = silent;
        silent = told instanceof Told.Silence;
        if (silent) {
            return was ? List.of() : List.of(told);
        }
        if (told == Told.Sound.INSTANCE) {
            return was ? List.of(told) : List.of();
        }
        return was ? List.of(Told.Sound.INSTANCE, told) : List.of(told);
    }
}
