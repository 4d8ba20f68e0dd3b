package dev.persys.http;

import akka.NotUsed;
import akka.actor.typed.ActorSystem;
import akka.http.javadsl.model.ws.BinaryMessage;
import akka.http.javadsl.model.ws.Message;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.SessionChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Between the messages of a WebSocket and the frames of a session, one of which is one message, see {@link SessionChannel}. */
public final class SessionMessages {
    /** A frame with its channel. */
    private static final int LONGEST = SessionChannel.MAX_PAYLOAD + 1;

    private SessionMessages() {}

    /** Whole frames; fails where one is longer than a frame may be, or is text. */
    public static Flow<Message, ByteString, NotUsed> frames(ActorSystem<?> system) {
        return Flow.of(Message.class).mapAsync(1, message -> frame(message, system));
    }

    public static Flow<ByteString, Message, NotUsed> messages() {
        return Flow.of(ByteString.class).map(BinaryMessage::create);
    }

    private static CompletionStage<ByteString> frame(Message message, ActorSystem<?> system) {
        if (message.isText()) {
            return CompletableFuture.failedFuture(
                    new IllegalArgumentException("a session's messages are binary, and this one is text"));
        }
        BinaryMessage binary = message.asBinaryMessage();
        if (!binary.isStrict()) {
            return binary.getStreamedData()
                    .limitWeighted(LONGEST, bytes -> (long) bytes.size())
                    .runWith(Sink.fold(ByteString.emptyByteString(), ByteString::concat), system);
        }
        return binary.getStrictData().size() <= LONGEST
                ? CompletableFuture.completedFuture(binary.getStrictData())
                : CompletableFuture.failedFuture(
                        new IllegalArgumentException("a frame has " + LONGEST + " bytes at most"));
    }
}
