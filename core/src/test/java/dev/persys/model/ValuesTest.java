package dev.persys.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.api.Json;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The small values: what they accept, refuse and look like as JSON. */
final class ValuesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "a-b", "a--b", "web-1"})
    void dnsLabelIsLettersDigitsAndInnerHyphens(String text) {
        assertThat(Names.isDnsLabel(text)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "-a", "a-", "A", "a.b", "a_b", "a b", "ä", "a\n"})
    void otherTextIsNoDnsLabel(String text) {
        assertThat(Names.isDnsLabel(text)).isFalse();
    }

    @Test
    void labelsHave63CharactersAtMostAndNames253() {
        String label = "a".repeat(63);
        assertThat(Names.isDnsLabel(label)).isTrue();
        assertThat(Names.isDnsLabel(label + "a")).isFalse();
        String name = String.join(".", label, label, label, "a".repeat(61));
        assertThat(name).hasSize(253);
        assertThat(Names.isDnsName(name)).isTrue();
        assertThat(Names.isDnsName(name + "a")).isFalse();
        assertThat(Names.isDnsLabel("a".repeat(1_000_000))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "a.", ".a", "a..b", "a.-b", "node_1"})
    void nodeIdsAreDnsNames(String text) {
        assertThat(NodeId.of("node-1.rack.example").value()).isEqualTo("node-1.rack.example");
        assertThatThrownBy(() -> NodeId.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 1000", "0.1, 100", "0.0001, 1", "0.1001, 101", "1e3, 1000000", "1e-999999999, 1"})
    void coresAreRoundedUpToAThousandth(BigDecimal cores, long millis) {
        assertThat(Resources.of(cores, 0).cpuMillis()).isEqualTo(millis);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-0.001", "-1e999999999", "1e999999999", "9223372036854775.808"})
    void coresBeyondCountingAreRefusedAtOnce(String cores) {
        assertThatThrownBy(() -> Resources.of(new BigDecimal(cores), 0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Json.read("{\"cpu\":" + cores + ",\"memory\":1}", Resources.class))
                .isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void zeroCoresAreZeroHoweverTheyAreWritten() {
        assertThat(Resources.of(new BigDecimal("0e999999999"), 0)).isEqualTo(Resources.NONE);
        assertThat(Resources.of(new BigDecimal("0e-999999999"), 0)).isEqualTo(Resources.NONE);
    }

    @ParameterizedTest
    @CsvSource({"1500, 1.5", "1000, 1", "10000, 10", "1, 0.001", "0, 0", "1024000, 1024"})
    void coresAreWrittenAsPlainDecimals(long millis, String cores) {
        assertThat(Json.write(new Resources(millis, 256))).isEqualTo("{\"cpu\":" + cores + ",\"memory\":256}");
    }

    @Property(tries = 200)
    void resourcesComeBackAsTheyWere(@ForAll @LongRange(min = 0) long millis, @ForAll @LongRange(min = 0) long memory) {
        Resources resources = new Resources(millis, memory);
        assertThat(Json.read(Json.write(resources), Resources.class)).isEqualTo(resources);
    }

    @Property(tries = 200)
    void takingAwayNeverGoesBelowZeroAndUndoesAdding(
            @ForAll @LongRange(min = 0, max = 1L << 40) long a, @ForAll @LongRange(min = 0, max = 1L << 40) long b) {
        Resources one = new Resources(a, b);
        Resources other = new Resources(b, a);
        assertThat(one.plus(other).minus(other)).isEqualTo(one);
        assertThat(one.minus(one.plus(other))).isEqualTo(Resources.NONE);
        assertThat(one.plus(other).covers(one)).isTrue();
        assertThat(one.covers(other)).isEqualTo(a == b);
    }

    @ParameterizedTest
    @CsvSource({
        "no, NO, 0",
        "on-failure, ON_FAILURE, 0",
        "on-failure:3, ON_FAILURE, 3",
        "always, ALWAYS, 0",
        "unless-stopped, UNLESS_STOPPED, 0"
    })
    void restartPolicyIsWrittenAsItIsRead(String text, RestartPolicy.Mode mode, int retries) {
        assertThat(RestartPolicy.parse(text)).hasValue(new RestartPolicy(mode, retries));
        assertThat(Json.write(RestartPolicy.of(text))).isEqualTo("\"" + text + "\"");
        assertThat(Json.read("\"" + text + "\"", RestartPolicy.class)).isEqualTo(RestartPolicy.of(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "No",
                "on-failure:",
                "on-failure:-1",
                "on-failure:0",
                "on-failure:000",
                "on-failure:9999999",
                "always:3",
                "on-failure:1x"
            })
    void otherTextIsNoRestartPolicy(String text) {
        assertThat(RestartPolicy.parse(text)).isEmpty();
    }

    @Test
    void onlyOnFailureCountsRetriesAndWithoutANumberItHasNoLimit() {
        assertThat(RestartPolicy.of("on-failure").maxRetries()).isZero();
        assertThat(RestartPolicy.of("on-failure:3").text()).isEqualTo("on-failure:3");
        assertThatThrownBy(() -> new RestartPolicy(RestartPolicy.Mode.ALWAYS, 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Property(tries = 100)
    void workloadIdIsTheTextOfItsUuid(@ForAll long high, @ForAll long low) {
        UUID uuid = new UUID(high, low);
        assertThat(WorkloadId.of(uuid).value()).isEqualTo(uuid.toString());
        assertThat(WorkloadId.isCanonical(uuid.toString())).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "6f2c1f0e",
                "6F2C1F0E-8a57-4a4b-9d30-0d5f6f9a1b2c",
                "6f2c1f0e08a57-4a4b-9d30-0d5f6f9a1b2c",
                "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2g",
                "6f2c1f0e-8a57-4a4b-9d30-0d5f6f9a1b2c "
            })
    void otherTextIsNoWorkloadId(String text) {
        assertThat(WorkloadId.isCanonical(text)).isFalse();
        assertThatThrownBy(() -> WorkloadId.of(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void portsAre1To65535() {
        for (int port : new int[] {Integer.MIN_VALUE, -1, 0, 65_536}) {
            assertThatThrownBy(() -> mapping(port, Optional.empty())).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> mapping(1, Optional.of(port))).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(mapping(1, Optional.of(65_535)).hostPort()).hasValue(new HostPort(65_535, Protocol.TCP));
        assertThat(mapping(65_535, Optional.empty()).hostPort()).isEmpty();
        assertThat(new HostPort(80, Protocol.UDP)).hasToString("80/udp");
    }

    @Test
    void textOfASpecShowsNoEnvironment() {
        WorkloadSpec plain = WorkloadSpec.of("web", "nginx");
        WorkloadSpec secret = new WorkloadSpec(
                plain.name(),
                plain.type(),
                plain.image(),
                plain.command(),
                plain.args(),
                plain.entrypoint(),
                Map.of("PASSWORD", "swordfish"),
                plain.resources(),
                plain.limits(),
                List.of(),
                List.of(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                plain.constraints(),
                plain.stopGracePeriod(),
                plain.pullPolicy(),
                plain.registryCredentials(),
                Optional.empty());
        assertThat(secret.toString()).contains("web").doesNotContain("swordfish");
    }

    private static PortMapping mapping(int container, Optional<Integer> host) {
        return new PortMapping(Optional.empty(), container, host, Protocol.TCP);
    }
}
