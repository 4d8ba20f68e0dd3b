package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Json;
import dev.persys.model.Limits;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerState;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChangedLimitsTest {
    private static final Limits HALF_A_CORE = new Limits(Optional.of(500L), Optional.of(64L));

    @Test
    void whatIsAsItWasMadeHasNothingToTell() {
        assertThat(told(HALF_A_CORE, HALF_A_CORE)).isEmpty();
        assertThat(told(Limits.NONE, Limits.NONE)).isEmpty();
    }

    @Test
    void eachLimitThatIsAnotherIsTold() {
        assertThat(told(HALF_A_CORE, new Limits(Optional.of(1500L), Optional.of(128L))))
                .isEqualTo(
                        "somebody has changed its limits on its node: 128 MiB in place of 64 MiB, 1.5 cores in place of"
                                + " 0.5 cores; a new container has its own again");
        assertThat(told(Limits.NONE, HALF_A_CORE))
                .contains("64 MiB in place of no limit of memory", "0.5 cores in place of any");
        assertThat(told(HALF_A_CORE, Limits.memory(64))).contains("any idle core in place of 0.5 cores");
    }

    @Test
    void ofWhatAnOlderAgentMadeAndWhereTheEngineDoesNotTellNothingIsKnown() {
        assertThat(ChangedLimits.told(state(Map.of(), Optional.of(HALF_A_CORE))))
                .isEmpty();
        assertThat(ChangedLimits.told(state(label(Json.write(HALF_A_CORE)), Optional.empty())))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{\"memory\":-1}", "{\"memory\":\"much\"}", "{\"cpu\":\"x\"}", "no JSON"})
    void labelThatSomebodyElseWroteSaysNothing(String label) {
        assertThat(ChangedLimits.told(state(label(label), Optional.of(HALF_A_CORE))))
                .isEmpty();
    }

    private static String told(Limits made, Limits now) {
        return ChangedLimits.told(state(label(Json.write(made)), Optional.of(now)));
    }

    private static Map<String, String> label(String value) {
        return Map.of(ContainerLabels.LIMITS, value);
    }

    private static ContainerState state(Map<String, String> labels, Optional<Limits> limits) {
        return ContainerStates.running(Instant.EPOCH, labels, limits);
    }
}
