package dev.persys.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.audit.AuditChain.Head;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class AuditChainTest {
    @Test
    void aLineSaysAllThatIsKnownAndNamesTheOneBefore() {
        String line = AuditChain.line(Head.BEGINNING, AuditSamples.change("we"));

        assertThat(line)
                .startsWith("{\"seq\":1,\"prev\":\"" + "0".repeat(64) + "\",\"at\":\"2026-01-02T03:04:05.678Z\","
                        + "\"event\":\"change\",\"who\":{\"identity\":\"token\",\"address\":\"127.0.0.1\"},"
                        + "\"method\":\"DELETE\",\"route\":\"/workloads/{workload}\","
                        + "\"parameters\":{\"force\":\"false\",\"volumes\":\"true\"},"
                        + "\"on\":{\"asked\":\"we\",\"workload\":\"6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c\",\"name\":\"web\","
                        + "\"node\":\"node-1\"},\"outcome\":\"done\",\"status\":200,\"requestId\":\"r-1\",\"hash\":\"")
                .endsWith("\"}");
        String next = AuditChain.line(AuditChain.link(line).orElseThrow().head(), AuditSamples.change("x"));
        String hash = Json.read(line, JsonNode.class).path("hash").asText();
        assertThat(Json.read(next, JsonNode.class).path("prev").asText()).isEqualTo(hash);
        assertThat(Json.read(next, JsonNode.class).path("seq").asLong()).isEqualTo(2);
    }

    /** As {@code printf '%s' … | sha256sum} has it, so that others can verify a log without us. */
    @Test
    void theHashIsThatOfTheBytesBeforeIt() {
        AuditEntry entry = AuditEntry.ofLog(AuditSamples.AT, "begun");

        assertThat(AuditChain.line(Head.BEGINNING, entry))
                .isEqualTo(
                        "{\"seq\":1,\"prev\":\"" + "0".repeat(64)
                                + "\",\"at\":\"2026-01-02T03:04:05.678Z\",\"event\":\"log\",\"who\":{\"identity\":\"persys\"},"
                                + "\"detail\":\"begun\",\"hash\":\"1544137109086fc65d82356241d15a4caa00b7377e6fee0ab2d7729b86b34f1b\"}");
    }

    @Test
    void everyByteOfALineCounts() {
        byte[] line =
                AuditChain.line(Head.BEGINNING, AuditSamples.change("web")).getBytes(StandardCharsets.ISO_8859_1);

        for (int i = 0; i < line.length; i++) {
            for (int bit = 0; bit < 8; bit++) {
                byte[] changed = line.clone();
                changed[i] ^= (byte) (1 << bit);
                assertThat(AuditChain.link(changed))
                        .as("byte %d, bit %d", i, bit)
                        .isEmpty();
            }
        }
        assertThat(AuditChain.link(line)).isPresent();
    }

    @Property
    void whateverIsSaidIsOneLineOfAsciiThatCanBeReadAgain(@ForAll String text) {
        AuditEntry entry = new AuditEntry(
                AuditSamples.AT,
                AuditEntry.Event.SESSION_BEGAN,
                new AuditEntry.Who(text, text),
                new AuditEntry.What("GET", text, Map.of("p", text), text),
                new AuditEntry.Target(text, text, text, text),
                101,
                text);

        String line = AuditChain.line(Head.BEGINNING, entry);

        assertThat(line.chars()).allMatch(c -> c >= 0x20 && c <= 0x7f);
        assertThat(AuditChain.link(line).orElseThrow().head().seq()).isEqualTo(1);
        assertThat(Json.read(line, JsonNode.class).path("who").path("identity").asText())
                .isEqualTo(text);
    }

    @Test
    void denialsAreWrittenOneByOneUpToABound() {
        DenialBudget budget = new DenialBudget(2, 0);

        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(0)).isTrue();
        assertThat(budget.take(1)).isFalse();
        assertThat(budget.take(Duration.ofSeconds(29).toNanos())).isFalse();
        assertThat(budget.take(Duration.ofSeconds(31).toNanos())).isTrue();
        assertThat(budget.take(Duration.ofSeconds(32).toNanos())).isFalse();
        long later = Duration.ofHours(1).toNanos();
        assertThat(budget.take(later)).isTrue();
        assertThat(budget.take(later)).isTrue();
        assertThat(budget.take(later)).isFalse();
    }
}
