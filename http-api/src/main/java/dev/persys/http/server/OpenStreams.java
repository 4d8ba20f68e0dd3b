package dev.persys.http.server;

import akka.NotUsed;
import akka.stream.KillSwitches;
import akka.stream.SharedKillSwitch;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.util.concurrent.atomic.AtomicInteger;

/** The streams that a server has open: bounded in number, and ended when it stops. */
public final class OpenStreams {
    private final int max;
    private final AtomicInteger open = new AtomicInteger();
    private final SharedKillSwitch killSwitch = KillSwitches.shared("http-streams");

    /** For one server. */
    public OpenStreams(int max) {
        this.max = max;
    }

    /**
     * Takes a place until the call's exchange ends; false where all are taken. To be done before anything is opened that
     * the stream is made of, for that would wait in vain for who never comes.
     */
    public boolean admit(Call call) {
        return admit(call.exchange());
    }

    /** As {@link #admit(Call)}. */
    public boolean admit(Exchange exchange) {
        if (open.incrementAndGet() > max) {
            open.decrementAndGet();
            return false;
        }
        exchange.onEnd(open::decrementAndGet);
        return true;
    }

    /**
     * To answer the call with, where it was admitted: ends when the server stops or the client leaves, and the exchange
     * with it.
     */
    public Source<ByteString, NotUsed> stream(Call call, Source<ByteString, NotUsed> bytes) {
        return stream(call.exchange(), bytes);
    }

    /** As {@link #stream(Call, Source)}. */
    public Source<ByteString, NotUsed> stream(Exchange exchange, Source<ByteString, NotUsed> bytes) {
        exchange.beStream();
        return bytes.via(killSwitch.flow()).watchTermination((notUsed, done) -> {
            var unused = done.whenComplete((end, failure) -> exchange.end());
            return notUsed;
        });
    }

    /** As {@link #stream}, for what goes both ways. */
    <T> Flow<T, T, NotUsed> session(Call call, Flow<T, T, NotUsed> frames) {
        return session(call.exchange(), frames);
    }

    /** As {@link #stream}, for what goes both ways. */
    public <T> Flow<T, T, NotUsed> session(Exchange exchange, Flow<T, T, NotUsed> frames) {
        exchange.beSession();
        return frames.via(killSwitch.flow()).watchTermination((notUsed, done) -> {
            var unused = done.whenComplete((end, failure) -> exchange.end());
            return notUsed;
        });
    }

    /** Ends all there are. */
    public void end() {
        killSwitch.shutdown();
    }
}
