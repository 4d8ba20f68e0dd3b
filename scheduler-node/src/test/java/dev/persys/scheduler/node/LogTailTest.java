package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.stream.Materializer;
import akka.util.ByteString;
import dev.persys.scheduler.testing.ScriptedAgents;
import dev.persys.scheduler.testing.Workbench;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LogTailTest {
    private final Workbench bench = new Workbench();
    private final ScriptedAgents agents = new ScriptedAgents(Materializer.matFromSystem(bench.kit.system()));

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void shortOutputIsKeptWhole() {
        assertThat(tail(20, "one\ntwo\n")).isEqualTo("one\ntwo\n");
        assertThat(tail(8, "one\ntwo\n")).isEqualTo("one\ntwo\n");
        assertThat(tail(8, "")).isEmpty();
    }

    @Test
    void longOutputKeepsItsLastWholeLines() {
        assertThat(tail(10, "first\nsecond\nthird\n")).isEqualTo("third\n");
    }

    @Test
    void lineThatIsTooLongKeepsItsEnd() {
        assertThat(tail(4, "0123456789")).isEqualTo("6789");
    }

    @Test
    void tailNeverTakesMoreRoomThanAllowedWhateverTheBytes() {
        assertThat(tail(10, "é".repeat(20)).getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(10);
        assertThat(tail(10, ByteString.fromArray(new byte[] {-1, -2, -3, -4, -5, -6, -7, -8}))
                        .getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void tailOfAnEarlierSettingIsShortenedAlike() {
        assertThat(new LogTail(10).shortened("first\nsecond\nthird\n")).isEqualTo("third\n");
        assertThat(new LogTail(10).shortened("short\n")).isEqualTo("short\n");
        assertThat(new LogTail(10).shortened("é".repeat(20)).getBytes(StandardCharsets.UTF_8))
                .hasSizeLessThanOrEqualTo(10);
    }

    @Test
    void nodeThatDoesNotAnswerFails() {
        agents.agent("node-1").cutOff();

        assertThatThrownBy(() -> tail(10, "lost")).hasMessageContaining("connection refused");
    }

    private String tail(int bytes, String output) {
        return tail(bytes, ByteString.fromString(output));
    }

    private String tail(int bytes, ByteString output) {
        agents.agent("node-1").printed(output);
        return new LogTail(bytes)
                .of(agents, Workbench.facts("node-1", Workbench.MACHINE), Workbench.ID, bench.kit.system())
                .toCompletableFuture()
                .join();
    }
}
