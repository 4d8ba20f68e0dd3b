package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.Held;
import dev.persys.model.HostPort;
import dev.persys.model.ProofTerms;
import dev.persys.model.Protocol;
import dev.persys.model.Resources;
import dev.persys.model.SpecChange;
import dev.persys.model.SpecVersions;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Specifications of before: in the record while that may go back to one, and beside it. */
final class KeptSpecsTest {
    private static final Workload FULL = WireSamples.WORKLOAD;

    private static Workload changed(Workload workload, WorkloadSpec spec) {
        long current = workload.versions().current();
        SpecChange change = new SpecChange(
                current + 1,
                current,
                SpecChange.State.PROVING,
                "soon",
                new ProofTerms(false, Duration.ofSeconds(9)),
                Optional.of(workload.spec()),
                new Held(new Resources(1500, 256), List.of(new HostPort(8080, Protocol.TCP))));
        return workload.changed(
                spec,
                workload.versions().changed(change, Optional.of(SpecDigest.of(workload.spec()))),
                Optional.empty());
    }

    private static WorkloadSpec next(WorkloadSpec spec, int number) {
        return WorkloadSpec.of(spec.name(), "nginx:" + number);
    }

    @Test
    void changedWorkloadComesBackAsItWas() {
        Workload changed = changed(FULL, next(FULL.spec(), 2));

        assertThat(RecordJson.workload(RecordJson.write(changed))).isEqualTo(changed);
    }

    @Test
    void workloadOfBeforeThereWereChangesIsOfTheFirstVersion() {
        assertThat(RecordJson.workload(RecordJson.write(FULL)).versions()).isEqualTo(SpecVersions.FIRST);
        assertThat(RecordJson.toJson(FULL).has("specVersion")).isFalse();
    }

    @Test
    void shownIsWhatHasComeOfAChangeAndNotWhatItIsDecidedBy() {
        WorkloadView view = new WorkloadView(changed(FULL, next(FULL.spec(), 2)), 3, Optional.empty());

        assertThat(RecordJson.toSummary(view).path("change").toString())
                .isEqualTo("{\"to\":2,\"from\":1,\"state\":\"proving\",\"message\":\"soon\"}");
        assertThat(RecordJson.toJson(view).path("specVersion").asLong()).isEqualTo(2);
        assertThat(RecordJson.toJson(view).has("madeFrom")).isFalse();
    }

    @Test
    void lastTenAreKeptNewestFirst() {
        KeptSpecs kept = KeptSpecs.of(FULL);
        Workload workload = FULL;
        for (int i = 2; i <= 15; i++) {
            workload = changed(workload, next(FULL.spec(), i));
            kept = KeptSpecs.of(
                    workload, Optional.of(kept.with(workload, WireSamples.NOW).write()));
        }

        assertThat(kept.specs())
                .extracting(KeptSpecs.KeptSpec::version)
                .containsExactly(15L, 14L, 13L, 12L, 11L, 10L, 9L, 8L, 7L, 6L);
        assertThat(kept.before(15).flatMap(KeptSpecs.KeptSpec::read)).contains(next(FULL.spec(), 14));
        assertThat(kept.before(6)).isEmpty();
    }

    @Test
    void longOnesAreFewerAndNeverFewerThanTwo() {
        KeptSpecs kept = KeptSpecs.of(FULL);
        Workload workload = FULL;
        for (int i = 2; i <= 6; i++) {
            WorkloadSpec plain = next(FULL.spec(), i);
            workload = changed(
                    workload,
                    WithEnvironment.of(plain, Map.of("LONG", "x".repeat(120_000), "TOO", "y".repeat(120_000))));
            kept = kept.with(workload, WireSamples.NOW);
        }

        assertThat(kept.specs()).hasSize(2);
        assertThat(kept.write().length()).isLessThan(KeptSpecs.MOST_BYTES + 1000);
    }

    @Test
    void whatCannotBeReadIsAsIfNothingWereKept() {
        assertThat(KeptSpecs.of(FULL, Optional.of("{\"specs\":[{\"version\":\"x\"}]}")))
                .isEqualTo(KeptSpecs.of(FULL));
    }

    @Test
    void digestTellsSpecificationsApartAndDoesNotDependOnTheOrderOfMaps() {
        WorkloadSpec plain = next(FULL.spec(), 1);
        assertThat(SpecDigest.of(plain)).isEqualTo(SpecDigest.of(next(FULL.spec(), 1)));
        assertThat(SpecDigest.of(plain)).isNotEqualTo(SpecDigest.of(next(FULL.spec(), 2)));
        assertThat(SpecDigest.of(WithEnvironment.of(plain, Map.of("A", "1", "B", "2"))))
                .isEqualTo(
                        SpecDigest.of(WithEnvironment.of(plain, new java.util.TreeMap<>(Map.of("B", "2", "A", "1")))));
    }

    /** A specification with another environment. */
    private static final class WithEnvironment {
        static WorkloadSpec of(WorkloadSpec spec, Map<String, String> environment) {
            com.fasterxml.jackson.databind.node.ObjectNode json = WorkloadRequest.toJson(spec);
            json.set("envVars", Json.MAPPER.valueToTree(environment));
            return WorkloadRequest.parse(json).fold(read -> read, errors -> {
                throw new AssertionError(errors);
            });
        }
    }
}
