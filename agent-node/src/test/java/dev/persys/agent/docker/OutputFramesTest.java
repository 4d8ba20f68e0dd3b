package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import akka.util.ByteString;
import dev.persys.api.SessionChannel;
import dev.persys.runtime.SessionFrames;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OutputFramesTest {
    @Test
    void packetsBecomeFramesHoweverTheyAreCut() {
        byte[] docker = concat(packet(1, "out"), packet(2, "errors"), packet(1, ""), packet(1, "last"));
        for (int cut = 1; cut <= docker.length; cut++) {
            OutputFrames frames = new OutputFrames(false);
            StringBuilder out = new StringBuilder();
            StringBuilder err = new StringBuilder();
            for (int at = 0; at < docker.length; at += cut) {
                ByteBuffer part = ByteBuffer.wrap(docker, at, Math.min(cut, docker.length - at));
                for (ByteString frame : frames.frames(part)) {
                    boolean isOut = SessionFrames.channel(frame).orElseThrow() == SessionChannel.STDOUT;
                    (isOut ? out : err).append(SessionFrames.payload(frame).utf8String());
                }
                assertThat(part.hasRemaining()).isFalse();
            }
            assertThat(out).as("cut into %d", cut).hasToString("outlast");
            assertThat(err).as("cut into %d", cut).hasToString("errors");
        }
    }

    @Test
    void whatATerminalShowsIsPassedOnAsItIs() {
        byte[] shown = packet(2, "no packet here");

        List<ByteString> frames = new OutputFrames(true).frames(ByteBuffer.wrap(shown));

        assertThat(frames).hasSize(1);
        assertThat(SessionFrames.payload(frames.get(0)).toArray()).isEqualTo(shown);
    }

    @Test
    void noFrameIsLongerThanFramesMayBe() {
        ByteBuffer much = ByteBuffer.allocate(SessionChannel.MAX_PAYLOAD * 2 + 1);

        List<Integer> sizes = new ArrayList<>();
        new OutputFrames(true).frames(much).forEach(frame -> sizes.add(frame.size() - 1));

        assertThat(sizes).containsExactly(SessionChannel.MAX_PAYLOAD, SessionChannel.MAX_PAYLOAD, 1);
    }

    private static byte[] packet(int stream, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + bytes.length)
                .put((byte) stream)
                .put(new byte[3])
                .putInt(bytes.length)
                .put(bytes)
                .array();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
