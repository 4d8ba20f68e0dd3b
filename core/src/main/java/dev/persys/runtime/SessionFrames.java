package dev.persys.runtime;

import akka.util.ByteString;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.api.SessionChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts frames of a session together and takes them apart, see {@link SessionChannel}. Pure. */
public final class SessionFrames {
    private SessionFrames() {}

    /** One frame, or as many as the payload takes; none where that is empty. */
    public static List<ByteString> of(SessionChannel channel, ByteString payload) {
        List<ByteString> frames = new ArrayList<>();
        ByteString rest = payload;
        while (!rest.isEmpty()) {
            frames.add(head(channel).concat(rest.take(SessionChannel.MAX_PAYLOAD)));
            rest = rest.drop(SessionChannel.MAX_PAYLOAD);
        }
        return frames;
    }

    /** A frame without a payload. */
    public static ByteString head(SessionChannel channel) {
        return ByteString.fromArray(new byte[] {channel.code()});
    }

    /** The process has ended. */
    public static ByteString exited(int code) {
        return status(Map.of("exitCode", code));
    }

    /** The session has ended otherwise. */
    public static ByteString failed(Problem problem) {
        return status(problem);
    }

    private static ByteString status(Object body) {
        return head(SessionChannel.STATUS).concat(ByteString.fromString(Json.write(body), StandardCharsets.UTF_8));
    }

    /** Empty where the frame is none: without its first byte, or with one that names no channel. */
    public static Optional<SessionChannel> channel(ByteString frame) {
        return frame.isEmpty() ? Optional.empty() : SessionChannel.of(frame.head() & 0xff);
    }

    public static ByteString payload(ByteString frame) {
        return frame.drop(1);
    }
}
