package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerPhase;
import dev.persys.model.Desired;
import dev.persys.model.NodeId;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.PropertyDefaults;
import net.jqwik.api.Provide;

/** Whatever a workload has been through and whatever is on the nodes: a new leader whose first orders are lost puts it right in a few passes. */
@PropertyDefaults(tries = 500, edgeCases = EdgeCasesMode.NONE)
final class ConvergenceProperties {
    private static final int PASSES = 5;

    /** What is on one node before the first pass; 0 is the record's, where it names one. */
    record Remains(int node, long generationOffset, long runsBefore, ContainerPhase phase, int code) {}

    @Property
    void afterAFewPassesNothingIsFoundAndWhatIsWantedIsThere(
            @ForAll("walks") Walk walk, @ForAll("remains") List<Remains> remains) {
        Workload start = last(walk);
        SmallCluster cluster = new SmallCluster(start);
        for (Remains one : remains) {
            NodeId node = start.nodeId().filter(here -> one.node() == 0).orElse(WorkloadDomain.NODES.get(one.node()));
            cluster.leave(node, one.generationOffset(), one.runsBefore(), one.phase(), one.code());
        }
        cluster.resumeUnheard();
        for (int pass = 0; pass < PASSES; pass++) {
            cluster.reconcile();
        }
        assertThat(cluster.reconcile()).isEmpty();
        if (cluster.record().isEmpty()) {
            assertThat(cluster.containers()).isEmpty();
            return;
        }
        Workload record = cluster.record().get();
        assertThat(record.desired()).isNotEqualTo(Desired.DELETED);
        List<SmallCluster.Container> live = cluster.containers().values().stream()
                .filter(container -> container.phase().isLive())
                .toList();
        if (record.desired() == Desired.RUNNING && !record.status().isTerminal()) {
            assertThat(live).hasSize(1);
            // What an agent was started anew over is known by its generation alone.
            assertThat(live.get(0).run()).isIn(record.runId(), new RunId(record.generation(), 0));
        } else {
            assertThat(record.status().isTerminal()).isTrue();
            assertThat(live).isEmpty();
        }
        assertThat(cluster.containers().keySet()).allMatch(node -> WorkloadLifecycle.isPlacedOn(record, node));
    }

    @Provide
    Arbitrary<Walk> walks() {
        Arbitrary<List<Walk.Step>> last = Arbitraries.of(
                        new WorkloadSignal.StopAsked(Optional.empty()),
                        new WorkloadSignal.RestartAsked(Optional.empty()),
                        new WorkloadSignal.DeleteAsked(Optional.empty(), false))
                .map(signal -> new Walk.Step(1, new Walk.Move(signal.toString(), workload -> signal)))
                .list()
                .ofMaxSize(1);
        return Combinators.combine(new WorkloadDomain().walks(), last).as(ConvergenceProperties::longer);
    }

    @Provide
    Arbitrary<List<Remains>> remains() {
        return Combinators.combine(
                        Arbitraries.of(0, 0, 1, 2),
                        Arbitraries.of(-1L, 0L, 0L, 0L, 1L),
                        Arbitraries.of(0L, 0L, 1L),
                        Arbitraries.of(
                                ContainerPhase.STARTING,
                                ContainerPhase.RUNNING,
                                ContainerPhase.PAUSED,
                                ContainerPhase.RESTARTING,
                                ContainerPhase.RENAMED,
                                ContainerPhase.EXITED,
                                ContainerPhase.PULL_FAILED),
                        Arbitraries.of(0, 1))
                .as(Remains::new)
                .list()
                .ofMaxSize(3);
    }

    private static Walk longer(Walk walk, List<Walk.Step> more) {
        return new Walk(
                walk.policy(),
                Stream.concat(walk.steps().stream(), more.stream()).toList());
    }

    private static Workload last(Walk walk) {
        List<Workload> records = walk.records();
        return records.get(records.size() - 1);
    }
}
