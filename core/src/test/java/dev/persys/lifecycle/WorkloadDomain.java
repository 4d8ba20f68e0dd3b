package dev.persys.lifecycle;

import dev.persys.lifecycle.Walk.Move;
import dev.persys.lifecycle.Walk.Step;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.PlacementSummary;
import dev.persys.model.Probed;
import dev.persys.model.ProofTerms;
import dev.persys.model.Protocol;
import dev.persys.model.PublishedPort;
import dev.persys.model.RestartPolicy;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.domains.DomainContextBase;

/** Random lives of a workload on three nodes. What is likely in a cluster is likely here, all else happens too. */
final class WorkloadDomain extends DomainContextBase {
    static final List<NodeId> NODES = List.of(NodeId.of("here"), NodeId.of("there"), NodeId.of("yonder"));

    private static final Optional<String> REQUEST = Optional.of("request");

    @Provide
    Arbitrary<Walk> walks() {
        Arbitrary<Step> step = Combinators.combine(Arbitraries.of(0L, 1L, 30L, 400L, 4_000L), moves())
                .as(Step::new);
        return Combinators.combine(policies(), step.list().ofMinSize(1).ofMaxSize(30))
                .as(Walk::new);
    }

    static Arbitrary<RestartPolicy> policies() {
        return Arbitraries.of("no", "on-failure", "on-failure:2", "always", "unless-stopped")
                .map(RestartPolicy::of);
    }

    static Arbitrary<Move> moves() {
        return Arbitraries.frequencyOf(
                Tuple.of(8, current()),
                Tuple.of(2, anyReport()),
                Tuple.of(4, placements()),
                Tuple.of(4, nodes()),
                Tuple.of(4, requests()),
                Tuple.of(2, others()));
    }

    /** What the node of the record says of the record's container. */
    private static Arbitrary<Move> current() {
        return reports()
                .map(report -> new Move(
                        "seen " + report,
                        workload -> new WorkloadSignal.Seen(
                                workload.nodeId().orElse(NODES.get(0)), report.of(workload.runId()))));
    }

    private static Arbitrary<Move> anyReport() {
        return Combinators.combine(
                        Arbitraries.of(NODES),
                        Arbitraries.integers().between(-1, 1),
                        Arbitraries.integers().between(-2, 0),
                        reports())
                .as((node, offset, runs, report) -> new Move(
                        "seen " + report + " on " + node + " of generation " + offset + " run " + runs,
                        workload -> new WorkloadSignal.Seen(
                                node,
                                report.of(new RunId(
                                        Generation.of(Math.max(
                                                0, workload.generation().value() + offset)),
                                        Math.max(0, workload.run().number() + runs))))));
    }

    private static Arbitrary<Move> placements() {
        Arbitrary<Move> placed = Arbitraries.of(NODES).map(node -> fixed(new WorkloadSignal.Placed(node, fits(node))));
        Arbitrary<Move> unplaceable = Arbitraries.integers()
                .between(0, 2)
                .map(vetoes -> fixed(new WorkloadSignal.Unplaceable(
                        new PlacementSummary(
                                WorkloadScenes.THEN,
                                "best-fit",
                                3,
                                Optional.empty(),
                                List.of(),
                                vetoes == 0 ? Map.of() : Map.of("cpu", vetoes)),
                        vetoes == 1 ? Optional.of(new Attempt(2, 0, Duration.ofSeconds(5))) : Optional.empty())));
        return Arbitraries.frequencyOf(Tuple.of(3, placed), Tuple.of(1, unplaceable));
    }

    static PlacementSummary fits(NodeId node) {
        return new PlacementSummary(
                WorkloadScenes.THEN,
                "best-fit",
                3,
                Optional.of(new PlacementSummary.Candidate(node, 1)),
                List.of(),
                Map.of());
    }

    private static Arbitrary<Move> nodes() {
        return Arbitraries.of(NODES)
                .flatMap(node -> Arbitraries.of(
                        fixed(new WorkloadSignal.Absent(node)),
                        fixed(new WorkloadSignal.NodeSilent(node, "no heartbeat")),
                        new Move(
                                "order delayed",
                                workload -> new WorkloadSignal.OrderDelayed(node, workload.generation(), "401")),
                        new Move(
                                "order not taken",
                                workload -> new WorkloadSignal.OrderNotTaken(node, workload.generation(), "401")),
                        fixed(new WorkloadSignal.NodeLost(node)),
                        fixed(new WorkloadSignal.NodeRemoved(node))));
    }

    private static Arbitrary<Move> requests() {
        return Arbitraries.frequency(
                        Tuple.of(3, (WorkloadSignal) new WorkloadSignal.StopAsked(REQUEST)),
                        Tuple.of(3, new WorkloadSignal.StartAsked(REQUEST)),
                        Tuple.of(3, new WorkloadSignal.RestartAsked(REQUEST)),
                        Tuple.of(2, changed("nginx:2", ProofTerms.USUAL)),
                        Tuple.of(2, changed("nginx:3", new ProofTerms(false, Duration.ofSeconds(9)))),
                        Tuple.of(1, new WorkloadSignal.DeleteAsked(REQUEST, false)),
                        Tuple.of(1, new WorkloadSignal.DeleteAsked(REQUEST, true)))
                .map(WorkloadDomain::fixed);
    }

    private static WorkloadSignal changed(String image, ProofTerms terms) {
        return new WorkloadSignal.ChangeAsked(
                WorkloadScenes.withPolicy(WorkloadSpec.of("web", image), RestartPolicy.of("on-failure:2")),
                terms,
                REQUEST,
                Optional.empty());
    }

    private static Arbitrary<Move> others() {
        return Arbitraries.of(
                new Move("proved", workload -> new WorkloadSignal.Proved(workload.runId())),
                fixed(new WorkloadSignal.RetryDue()),
                logs("logs taken", 0),
                logs("logs of the run before taken", 1),
                expired("expired", 0, false),
                expired("expired with its node", 0, true),
                expired("expired before", 1, true));
    }

    private static Move expired(String name, long secondsBefore, boolean nodeGone) {
        return new Move(
                name,
                workload -> new WorkloadSignal.Expired(
                        workload.observed().since().minusSeconds(secondsBefore), "old", nodeGone, Optional.empty()));
    }

    private static Move logs(String name, long runsBefore) {
        return new Move(
                name,
                workload -> new WorkloadSignal.LogsTaken(
                        new RunId(
                                workload.generation(),
                                Math.max(0, workload.run().number() - runsBefore)),
                        "tail"));
    }

    private static Move fixed(WorkloadSignal signal) {
        return new Move(signal.toString(), workload -> signal);
    }

    private static Arbitrary<Report> reports() {
        return Combinators.combine(
                        Arbitraries.of(ContainerPhase.class),
                        Arbitraries.of(0, 1, 137),
                        Arbitraries.of(false, false, true),
                        Arbitraries.integers().between(0, 3),
                        Arbitraries.of(0L, 100L, 5_000L),
                        Arbitraries.of("none", "none", "starting", "healthy", "unhealthy"))
                .as(Report::new);
    }

    /** A report but for its generation, as an agent could make it. */
    private record Report(ContainerPhase phase, int code, boolean oom, int restarts, long startedAfter, String health) {
        ContainerReport of(RunId run) {
            boolean ended = phase == ContainerPhase.EXITED || phase == ContainerPhase.RESTARTING;
            boolean exists = ended || phase.isLive();
            return new ContainerReport(
                    WorkloadScenes.ID,
                    run.generation(),
                    phase,
                    "",
                    exists ? Optional.of("container-" + run.generation()) : Optional.empty(),
                    ended ? Optional.of(code) : Optional.empty(),
                    ended && code == 137 && oom,
                    exists ? restarts : 0,
                    exists ? Optional.of(WorkloadScenes.THEN.plusSeconds(startedAfter)) : Optional.empty(),
                    ended ? Optional.of(WorkloadScenes.THEN.plusSeconds(startedAfter + 1)) : Optional.empty(),
                    phase.isLive() ? List.of(new PublishedPort(80, Protocol.TCP, 8080)) : List.of(),
                    exists && !ended ? Optional.of(health) : Optional.empty(),
                    Optional.empty(),
                    // Now and then as an agent tells it that was started anew.
                    restarts == 3 ? 0 : run.run(),
                    Math.max(0, restarts - 1),
                    Optional.of(new Probed(restarts, "no")),
                    phase == ContainerPhase.RESTARTING || phase == ContainerPhase.STARTING
                            ? Optional.of(new Attempt(restarts + 1, 0, Duration.ofSeconds(startedAfter / 100)))
                            : Optional.empty(),
                    phase == ContainerPhase.START_REFUSED && code == 1
                            ? Optional.of(WorkloadScenes.PORT)
                            : Optional.empty(),
                    phase == ContainerPhase.START_REFUSED && code == 137
                            ? Optional.of("network host")
                            : Optional.empty());
        }
    }
}
