package dev.persys.scheduler.simulation;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.persys.api.Json;
import dev.persys.api.RecordJson;
import dev.persys.api.RunOrder;
import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.HealthStatus;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.Reason;
import dev.persys.model.Resources;
import dev.persys.model.SpecChange;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.SchedulerProtocol.Schedule;
import dev.persys.reconcile.Inventory;
import dev.persys.scheduler.leadership.Leader;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.node.NodeNews;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.workload.WorkloadActor;
import dev.persys.scheduler.workload.WorkloadNews;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What planted bugs make of messages and records. */
final class SimMutations {
    private static final int FEW = 2;

    private SimMutations() {}

    static List<Change> cutShort(List<Change> changes) {
        return changes.stream()
                .map(change -> change instanceof Change.Put put && put.key().startsWith(Keys.WORKLOADS)
                        ? new Change.Put(
                                put.key(), put.value().substring(0, put.value().length() - 5), put.expectedRevision())
                        : change)
                .toList();
    }

    static void orderAtOnce(SimProcess by, Epoch epoch, List<Change> changes) {
        for (Change change : changes) {
            workload(change)
                    .filter(workload -> workload.status() == WorkloadStatus.SCHEDULED)
                    .ifPresent(workload -> by.run(facts(workload), RunOrder.of(workload, epoch, Simulation.CLUSTER)));
        }
    }

    private static NodeFacts facts(Workload workload) {
        String name = workload.nodeId().orElseThrow().value();
        return new NodeFacts("127.0.0.1", name, 8086, Resources.NONE, Map.of(), "", "", "", "", "");
    }

    /** A record that is written once more after its end says that it runs. */
    static List<Change> revived(Simulation sim, List<Change> changes) {
        return changes.stream()
                .map(change -> workload(change)
                        .filter(workload -> workload.status().isTerminal())
                        .filter(workload -> sim.promises()
                                .workload(workload.id())
                                .filter(was -> was.status().isTerminal()
                                        && was.requestId().equals(workload.requestId()))
                                .isPresent())
                        .<Change>map(workload -> new Change.Put(
                                change.key(),
                                RecordJson.toJson(running(sim, workload)).toString(),
                                change.expectedRevision()))
                        .orElse(change))
                .toList();
    }

    private static Workload running(Simulation sim, Workload workload) {
        return workload.withObserved(
                workload.observed().as(WorkloadStatus.RUNNING, Reason.CONTAINER_RUNNING, "running", sim.instant()));
    }

    /** To the writer of a workload that has ended, that this was long ago. */
    static Object expired(Simulation sim, String receiver, Object message) {
        String id = receiver.substring(receiver.lastIndexOf("/workload-") + "/workload-".length());
        return sim.promises()
                .workload(WorkloadId.of(id))
                .filter(workload -> workload.status().isTerminal())
                .<Object>map(workload -> new WorkloadActor.Signal(
                        new WorkloadSignal.Expired(workload.observed().since(), "planted", false, Optional.empty())))
                .orElse(message);
    }

    /** As if the node that has the workload had said so. */
    static NodeNews.Seen ofItsOwnNode(Simulation sim, NodeNews.Seen seen) {
        return sim.promises()
                .workload(seen.report().workloadId())
                .flatMap(Workload::nodeId)
                .map(node -> new NodeNews.Seen(node, seen.report()))
                .orElse(seen);
    }

    private static Optional<Workload> workload(Change change) {
        if (!(change instanceof Change.Put put) || !put.key().startsWith(Keys.WORKLOADS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(RecordJson.workload(Json.MAPPER.readTree(put.value())));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isTimer(Object message) {
        return message.getClass().getName().endsWith("TimerMsg");
    }

    /** A leader has no other timer. */
    static boolean isTakeOverTimer(String receiver, Object message) {
        return isTimer(message) && receiver.matches("/user/leader-\\d+");
    }

    static boolean isRetryTimer(Object message) {
        return isTimer(message) && message.toString().contains(WorkloadSignal.RetryDue.class.getSimpleName());
    }

    static boolean isProofTimer(Object message) {
        return isTimer(message) && message.toString().contains(WorkloadSignal.Proved.class.getSimpleName());
    }

    /** Answered as if there were room, and nothing is reserved. */
    static Object waved(PlacementActor.Exchange exchange) {
        exchange.answer().accept(PlacementActor.Exchanged.HERE);
        return null;
    }

    /** As the specification says that a change may go back to. */
    static WorkloadNews.Ordered ofTheImageBefore(Simulation sim, WorkloadNews.Ordered ordered) {
        if (!(ordered.order() instanceof AgentOrder.Run run)) {
            return ordered;
        }
        RunOrder order = run.order();
        return sim.promises()
                .workload(order.workloadId())
                .filter(workload -> workload.runId().equals(order.runId()))
                .flatMap(workload -> workload.versions()
                        .change()
                        .flatMap(SpecChange::before)
                        .map(before -> workload.changed(before, workload.versions(), workload.requestId())))
                .map(before -> new WorkloadNews.Ordered(
                        ordered.node(),
                        new AgentOrder.Run(RunOrder.of(before, order.epoch(), order.clusterId()), run.isFirst())))
                .orElse(ordered);
    }

    static boolean isEndOfWriter(Object message) {
        return message instanceof akka.actor.Terminated ended
                && ended.actor().path().name().startsWith("workload-");
    }

    static Object withAnotherKey(Simulation sim, Object message) {
        return message instanceof Leader.Request request
                        && request.request() instanceof Schedule schedule
                        && schedule.idempotencyKey().isPresent()
                ? new Leader.Request(new Schedule(
                        schedule.spec(),
                        Optional.of("key-" + sim.bugChance().below(1_000_000)),
                        schedule.origin(),
                        schedule.replyTo()))
                : message;
    }

    static PlacementActor.NodeChanged doubled(PlacementActor.NodeChanged changed) {
        Node node = changed.node();
        Resources total = node.facts().total();
        return new PlacementActor.NodeChanged(node.withFacts(node.facts().withTotal(total.plus(total))));
    }

    static PlacementActor.Find withoutPorts(PlacementActor.Find find) {
        Workload workload = find.workload();
        WorkloadSpec spec = workload.spec();
        WorkloadSpec without = new WorkloadSpec(
                spec.name(),
                spec.type(),
                spec.image(),
                spec.command(),
                spec.args(),
                spec.entrypoint(),
                spec.envVars(),
                spec.resources(),
                spec.limits(),
                List.of(),
                spec.volumes(),
                spec.network(),
                spec.user(),
                spec.workingDir(),
                spec.restartPolicy(),
                spec.labels(),
                spec.constraints(),
                spec.stopGracePeriod(),
                spec.pullPolicy(),
                spec.registryCredentials(),
                Optional.empty());
        Workload asked = new Workload(
                workload.id(),
                without,
                workload.versions(),
                workload.desired(),
                workload.generation(),
                workload.run(),
                workload.nodeId(),
                workload.observed(),
                workload.removeVolumes(),
                workload.logs(),
                workload.placement(),
                workload.idempotencyKey(),
                workload.requestId(),
                workload.owner(),
                workload.createdAt(),
                workload.newer());
        return new PlacementActor.Find(asked, find.preferred(), find.answer());
    }

    /** So few of the containers without a record that nobody need be asked. */
    static NodeNews.InventoryTaken withFewOrphans(Simulation sim, NodeNews.InventoryTaken taken) {
        Inventory inventory = taken.inventory();
        List<ContainerReport> containers = new ArrayList<>();
        int orphans = 0;
        for (ContainerReport report : inventory.containers()) {
            boolean known = sim.promises().workload(report.workloadId()).isPresent();
            orphans += known ? 0 : 1;
            if (known || orphans <= FEW) {
                containers.add(report);
            }
        }
        return new NodeNews.InventoryTaken(
                new Inventory(inventory.node(), inventory.asOf(), containers, inventory.orders(), inventory.fresher()),
                taken.grace());
    }

    /** Of each container its record's generation, where it is newer than that. */
    static NodeNews.InventoryTaken asRecorded(Simulation sim, NodeNews.InventoryTaken taken) {
        Inventory inventory = taken.inventory();
        List<ContainerReport> containers = inventory.containers().stream()
                .map(report -> sim.promises()
                        .workload(report.workloadId())
                        .filter(record -> record.generation().isOlderThan(report.generation()))
                        .map(record -> with(record.generation(), report.health(), report))
                        .orElse(report))
                .toList();
        return new NodeNews.InventoryTaken(
                new Inventory(inventory.node(), inventory.asOf(), containers, inventory.orders(), inventory.fresher()),
                taken.grace());
    }

    private static ContainerReport with(Generation generation, Optional<String> health, ContainerReport report) {
        return new ContainerReport(
                report.workloadId(),
                generation,
                report.phase(),
                report.message(),
                report.containerId(),
                report.exitCode(),
                report.oomKilled(),
                report.restartCount(),
                report.startedAt(),
                report.finishedAt(),
                report.ports(),
                health,
                report.progress(),
                report.run(),
                report.restartAttempts(),
                report.probed(),
                report.next());
    }

    /** It says that its container is well where it is not. */
    static ContainerReport well(ContainerReport report) {
        boolean isUnhealthy = report.checked()
                .filter(health -> health.status() == HealthStatus.UNHEALTHY)
                .isPresent();
        return isUnhealthy ? with(report.generation(), Optional.of(HealthStatus.HEALTHY.text()), report) : report;
    }

    /** Each report says of its container that it was restarted some other number of times. */
    static NodeNews.InventoryTaken noisy(Simulation sim, NodeNews.InventoryTaken taken) {
        Inventory inventory = taken.inventory();
        List<ContainerReport> containers = new ArrayList<>();
        for (ContainerReport report : inventory.containers()) {
            containers.add(new ContainerReport(
                    report.workloadId(),
                    report.generation(),
                    report.phase(),
                    report.message(),
                    report.containerId(),
                    report.exitCode(),
                    report.oomKilled(),
                    sim.bugChance().below(1_000_000),
                    report.startedAt(),
                    report.finishedAt(),
                    report.ports(),
                    report.health(),
                    report.progress(),
                    report.run(),
                    report.restartAttempts(),
                    Optional.empty(),
                    Optional.empty()));
        }
        return new NodeNews.InventoryTaken(
                new Inventory(inventory.node(), inventory.asOf(), containers, inventory.orders(), inventory.fresher()),
                taken.grace());
    }
}
