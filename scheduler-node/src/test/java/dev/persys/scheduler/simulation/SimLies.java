package dev.persys.scheduler.simulation;

import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Generation;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.protocol.AgentClient.OrderResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What an agent says that no agent of ours would: answers that cannot be read, and those that can and make no sense. Of
 * its own containers it says what is so, but for numbers that cannot be: of others' anything.
 */
final class SimLies {
    private static final Instant NEVER = Instant.parse("9999-12-31T23:59:59Z");
    private static final String NONSENSE = "\u0000¿?";

    private final Simulation sim;
    private final SimNode node;
    private boolean begun;

    SimLies(Simulation sim, SimNode node) {
        this.sim = sim;
        this.node = node;
    }

    boolean isBegun() {
        return begun;
    }

    void begin(boolean next) {
        if (next != begun) {
            sim.trace().line(node.name(), next ? "begins to talk nonsense" : "talks sense again");
            begun = next;
            mutter();
        }
    }

    /** Unasked. */
    private void mutter() {
        if (begun) {
            node.agent()
                    .ifPresent(agent -> nonsense().forEach(report -> agent.mutter(new AgentEvent(NONSENSE, report))));
            sim.after(sim.chance().millis(500, 6_000), "", this::mutter);
        }
    }

    private boolean isNow() {
        return begun && sim.chance().oneIn(2);
    }

    /** As the client fails with an answer that it cannot read. */
    private static RuntimeException unreadable() {
        return new UncheckedIOException(new IOException("not an answer of any agent"));
    }

    OrderResult result(OrderResult told) {
        if (!isNow()) {
            return told;
        }
        return switch (sim.chance().below(3)) {
            case 0 -> throw unreadable();
            case 1 -> new OrderResult.Refused(NONSENSE, "");
            default -> new OrderResult.Busy(NONSENSE);
        };
    }

    ContainerList list(ContainerList told) {
        if (!isNow()) {
            return told;
        }
        if (sim.chance().oneIn(3)) {
            throw unreadable();
        }
        List<ContainerReport> containers = new ArrayList<>();
        told.containers().forEach(report -> containers.add(miscounted(report)));
        containers.addAll(nonsense());
        List<ContainerReport> orders = new ArrayList<>(told.orders());
        orders.addAll(nonsense());
        return new ContainerList(sim.chance().oneIn(2) ? NONSENSE : told.cursor(), containers, orders);
    }

    EventStream stream(EventStream told) {
        if (begun && told instanceof EventStream.Open open) {
            return EventStream.Open.of(open.events().mapConcat(this::events));
        }
        return told;
    }

    private List<AgentEvent> events(AgentEvent told) {
        if (!isNow()) {
            return List.of(told);
        }
        if (sim.chance().oneIn(4)) {
            throw unreadable();
        }
        return Stream.concat(
                        nonsense().stream().map(report -> new AgentEvent(NONSENSE, report)),
                        Stream.of(new AgentEvent(
                                sim.chance().oneIn(3) ? NONSENSE : told.id(), miscounted(told.report()))))
                .toList();
    }

    private static ContainerReport miscounted(ContainerReport report) {
        return new ContainerReport(
                report.workloadId(),
                report.generation(),
                report.phase(),
                NONSENSE,
                report.containerId(),
                report.exitCode(),
                report.oomKilled(),
                -7,
                report.startedAt(),
                report.finishedAt(),
                report.ports(),
                Optional.of(NONSENSE),
                report.progress(),
                report.run(),
                -7,
                Optional.empty(),
                Optional.empty());
    }

    /** Of workloads that are not there: other nodes', and some that nobody knows. */
    private List<ContainerReport> nonsense() {
        List<ContainerReport> reports = new ArrayList<>();
        sim.promises().workloads().stream()
                .filter(workload -> workload.containerNode()
                        .filter(there -> !there.equals(node.id()))
                        .isPresent())
                .filter(workload -> sim.chance().oneIn(3))
                .map(this::nonsense)
                .forEach(reports::add);
        if (sim.chance().oneIn(4)) {
            WorkloadId nobody = WorkloadId.of(String.format(
                    "00000000-0000-4000-8000-ee%010x", sim.chance().below(100)));
            reports.add(nonsense(nobody, Generation.of(1 + sim.chance().below(9)), 1));
        }
        return reports;
    }

    private ContainerReport nonsense(Workload workload) {
        return nonsense(workload.id(), workload.generation(), workload.run().number());
    }

    private ContainerReport nonsense(WorkloadId id, Generation generation, long run) {
        return new ContainerReport(
                id,
                generation,
                sim.chance().oneIn(2) ? ContainerPhase.EXITED : sim.chance().of(List.of(ContainerPhase.values())),
                NONSENSE,
                Optional.of(NONSENSE),
                Optional.of(sim.chance().oneIn(2) ? 0 : Integer.MIN_VALUE),
                true,
                Integer.MIN_VALUE,
                Optional.of(NEVER),
                Optional.of(Instant.EPOCH),
                List.of(),
                Optional.of(NONSENSE),
                Optional.empty(),
                run,
                Integer.MIN_VALUE,
                Optional.empty(),
                Optional.empty());
    }
}
