package dev.persys.scheduler.reads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.WorkloadView;
import dev.persys.lifecycle.Retention;
import dev.persys.model.Desired;
import dev.persys.model.IdempotencyKey;
import dev.persys.model.NodeId;
import dev.persys.model.Observation;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.SchedulerProtocol.WorkloadFilter;
import dev.persys.scheduler.testing.Specs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class DirectoryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final int IDS = 6;
    private static final int NAMES = 3;
    private static final int NODES = 2;
    private static final List<WorkloadStatus> STATUSES =
            List.of(WorkloadStatus.RUNNING, WorkloadStatus.EXITED, WorkloadStatus.FAILED, WorkloadStatus.STOPPED);

    private static final AgeClock AGES =
            AgeClock.startingAt(Stream.of(), START.plusSeconds(1_000_000_000), Optional.empty(), () -> 0);

    private final Directory directory = new Directory(AGES);

    @Test
    void referenceIsAnIdThenANameThenAPrefix() {
        put(workload(1, "web"));
        put(workload(2, "web"));
        put(workload(0xabc, "00000000"));

        assertThat(directory.resolve(id(1).value())).containsExactly(id(1));
        assertThat(directory.resolve("web")).containsExactly(id(1), id(2));
        assertThat(directory.resolve("00000000")).containsExactly(id(0xabc));
        assertThat(directory.resolve("00000000-0000-4000-8000-000000000a")).containsExactly(id(0xabc));
        assertThat(directory.resolve("00000000-0000-4000")).hasSize(3);
    }

    @Test
    void referenceThatMeansNothingFindsNothing() {
        put(workload(1, "web"));

        assertThat(directory.resolve("")).isEmpty();
        assertThat(directory.resolve("we")).isEmpty();
        assertThat(directory.resolve("ffff")).isEmpty();
        assertThat(directory.resolve(id(2).value())).isEmpty();
        assertThat(directory.resolve(id(1).value() + "0")).isEmpty();
    }

    @Test
    void nameThatLooksLikeAnIdIsFoundWhereNoWorkloadHasThatId() {
        put(workload(1, id(7).value()));

        assertThat(directory.resolve(id(7).value())).containsExactly(id(1));
    }

    @Test
    void idempotencyKeyIsHeldUntilTheWorkloadIsGoneOrForgotten() {
        IdempotencyKey key = IdempotencyKey.of("token:ci", "key");
        directory.claimKey(key, id(1), Specs.WEB);
        assertThat(directory.keyed(key)).isPresent();
        directory.forget(id(1));
        assertThat(directory.keyed(key)).isEmpty();

        Workload keyed = Workload.accepted(id(1), Specs.WEB, Optional.of(key), Optional.empty(), START);
        put(keyed);
        assertThat(directory.keyed(key)).contains(new Directory.Keyed(id(1), Specs.WEB, Optional.empty()));
        directory.remove(keyed);
        assertThat(directory.keyed(key)).isEmpty();
    }

    @Test
    void keyOfOneCallerIsNotThatOfAnotherButOneOfBeforeIsAnybodys() {
        put(Workload.accepted(
                id(1), Specs.WEB, Optional.of(IdempotencyKey.of("token:ci", "key")), Optional.empty(), START));
        put(Workload.accepted(
                id(2), Specs.WEB, Optional.of(new IdempotencyKey(Optional.empty(), "old")), Optional.empty(), START));

        assertThat(directory.keyed(IdempotencyKey.of("token:deploy", "key"))).isEmpty();
        assertThat(directory.keyed(IdempotencyKey.of("token:deploy", "old")))
                .contains(new Directory.Keyed(id(2), Specs.WEB, Optional.empty()));
    }

    @Test
    void placeInAListIsToldFromAnyOtherText() {
        put(workload(1, "web"));
        String place = Directory.continueAfter(directory.workload(id(1)).orElseThrow());

        assertThat(Directory.isPlace(place)).isTrue();
        assertThat(Directory.isPlace("")).isFalse();
        assertThat(Directory.isPlace("1.2.3")).isFalse();
        assertThat(Directory.isPlace(place + "0")).isFalse();
    }

    /** Every index says what a search through all records would. */
    @Property(tries = 300)
    void indexesAgreeWithASearchThroughAllRecords(
            @ForAll @Size(max = 40) List<@IntRange(max = 1_000_000) Integer> steps) {
        Directory indexed = new Directory(AGES);
        Map<WorkloadId, Workload> all = new TreeMap<>();
        for (int step : steps) {
            Workload workload = random(step);
            if (step % 5 == 0) {
                Optional.ofNullable(all.remove(workload.id())).ifPresent(indexed::remove);
            } else {
                all.put(workload.id(), workload);
                indexed.put(workload, step);
            }
        }

        assertThat(ids(indexed.page(WorkloadFilter.ALL, 100, Optional.empty()))).isEqualTo(sorted(all));
        assertThat(paged(indexed)).isEqualTo(sorted(all));
        assertThat(indexed.workloadCounts())
                .isEqualTo(
                        all.values().stream().collect(Collectors.groupingBy(Workload::status, Collectors.counting())));
        for (Retention.Kind kind : Retention.Kind.values()) {
            assertThat(indexed.ended(kind))
                    .extracting(Retention.Ended::id)
                    .containsExactlyInAnyOrderElementsOf(all.values().stream()
                            .filter(workload -> Retention.Kind.of(workload).equals(Optional.of(kind)))
                            .map(Workload::id)
                            .toList());
            assertThat(List.copyOf(indexed.ended(kind)))
                    .isSortedAccordingTo(
                            Comparator.comparing(Retention.Ended::agedFrom).thenComparing(Retention.Ended::id));
        }
        for (int name = 0; name < NAMES; name++) {
            String wanted = "name-" + name;
            assertThat(indexed.resolve(wanted))
                    .isEqualTo(all.values().stream()
                            .filter(workload -> workload.spec().name().equals(wanted))
                            .map(Workload::id)
                            .toList());
        }
        for (int node = 0; node < NODES; node++) {
            NodeId wanted = NodeId.of("node-" + node);
            assertThat(indexed.placedOn(wanted))
                    .containsExactlyElementsOf(all.values().stream()
                            .filter(workload -> workload.nodeId().equals(Optional.of(wanted)))
                            .toList());
        }
    }

    private static Workload random(int step) {
        int number = step % IDS;
        int shape = step / IDS;
        Workload accepted = Workload.accepted(
                id(number),
                WorkloadSpec.of("name-" + number % NAMES, "nginx"),
                Optional.empty(),
                Optional.empty(),
                START.plusSeconds(number / 2));
        return shape % 3 == 0
                ? accepted
                : accepted.placedOn(
                                NodeId.of("node-" + shape % NODES),
                                new PlacementSummary(START, "best-fit", 1, Optional.empty(), List.of(), Map.of()),
                                Observation.of(
                                        STATUSES.get(shape % 4), START.plusSeconds(shape % 5), Reason.PLACED, ""))
                        .withDesired(shape % 7 == 0 ? Desired.DELETED : Desired.RUNNING, Optional.empty());
    }

    private static List<WorkloadId> sorted(Map<WorkloadId, Workload> all) {
        return all.values().stream()
                .sorted(Comparator.comparing(Workload::createdAt).thenComparing(Workload::id))
                .map(Workload::id)
                .toList();
    }

    private static List<WorkloadId> paged(Directory indexed) {
        List<WorkloadId> found = new ArrayList<>();
        Optional<String> after = Optional.empty();
        while (true) {
            List<WorkloadView> page = indexed.page(WorkloadFilter.ALL, 2, after);
            found.addAll(ids(page));
            if (page.size() < 2) {
                return found;
            }
            after = Optional.of(Directory.continueAfter(page.get(1)));
        }
    }

    private static List<WorkloadId> ids(List<WorkloadView> views) {
        return views.stream().map(view -> view.workload().id()).toList();
    }

    private void put(Workload workload) {
        directory.put(workload, 1);
    }

    private static Workload workload(int number, String name) {
        return Workload.accepted(id(number), WorkloadSpec.of(name, "nginx"), Optional.empty(), Optional.empty(), START);
    }

    private static WorkloadId id(int number) {
        return WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", number));
    }
}
