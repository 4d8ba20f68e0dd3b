package dev.persys.http.server;

import akka.NotUsed;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;

/** The streams that a server has open: bounded in number, and ended when it stops. */
public final class OpenStreams {
    private final int max;
    private final Executor executor;
    private final AtomicInteger open = new AtomicInteger();
    private final SharedKillSwitch killSwitch = KillSwitches.shared("http-streams");

    /**
     * For one server.
     *
     * @param executor runs the bookkeeping at a stream's end
     */
    public OpenStreams(int max, Executor executor) {
        this.max = max;
        this.executor = executor;
    }

    /** The stream to answer with; empty where as many as may be are open. */
    public Optional<Source<ByteString, NotUsed>> admit(Source<ByteString, NotUsed> bytes) {
        if (open.get() >= max) {
            return Optional.empty();
        }
        // Counted when it starts to run: an answer that is never sent holds no place.
        return Optional.of(bytes.via(killSwitch.flow()).watchTermination((mat, done) -> {
            open.incrementAndGet();
            done.whenCompleteAsync((end, failure) -> open.decrementAndGet(), executor);
            return mat;
        }));
    }

    int count() {
        return open.get();
    }

    void end() {
        killSwitch.shutdown();
    }
}
