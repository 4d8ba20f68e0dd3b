package dev.persys.scheduler.testing;

import akka.stream.BoundedSourceQueue;
import akka.stream.Materializer;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.AgentEvent;
import dev.persys.api.ContainerList;
import dev.persys.api.ContainerOrder;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.Generation;
import dev.persys.model.HostPort;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.CallException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Agents in memory, one a host name: each does at once what it is told, as Docker would, and tells of it. A test can
 * cut one off, or have it do nothing with its orders.
 */
public final class ScriptedAgents implements AgentClient {
    /** One node's agent. */
    public static final class Agent {
        private final Map<WorkloadId, ContainerReport> containers = new TreeMap<>();
        private final List<RunOrder> runs = new ArrayList<>();
        private final List<AgentEvent> told = new ArrayList<>();
        private final List<BoundedSourceQueue<AgentEvent>> followers = new ArrayList<>();
        private boolean reachable = true;
        private boolean idle;
        private Optional<CallException> answerToAll = Optional.empty();
        private Optional<CallException> answerToOrders = Optional.empty();
        private ByteString logs = ByteString.emptyByteString();
        private final List<WorkloadId> askedForLogs = new ArrayList<>();
        private boolean keepsLogs;
        private int lists;
        private boolean nonsense;
        private int nonsensical;
        private Epoch newest = Epoch.NONE;
        private boolean outbids;
        private List<Foreign> foreign = List.of();
        private Optional<HostPort> occupied = Optional.empty();

        /** Something else has that port of the node from now on, or no longer. */
        public synchronized void isOccupied(Optional<HostPort> port) {
            occupied = port;
        }

        /** Refuses from now on orders of epochs before this one, as after orders of such a leader. */
        public synchronized void hasHeardOf(Epoch epoch) {
            newest = epoch;
        }

        /** Refuses from now on every order, because of an epoch that is newer each time. */
        public synchronized void outbids() {
            outbids = true;
        }

        /** Lists these beside its containers. */
        public synchronized void hasForeign(List<Foreign> containers) {
            foreign = List.copyOf(containers);
        }

        private Optional<OrderResult> refuses(Epoch epoch) {
            newest = outbids || newest.isOlderThan(epoch) ? epoch : newest;
            Epoch known = outbids ? newest.next() : newest;
            return epoch.isOlderThan(known)
                    ? Optional.of(new OrderResult.Refused(
                            "stale-epoch",
                            "epoch " + epoch + " is over; this node has heard of epoch " + known,
                            Optional.of(known)))
                    : Optional.empty();
        }

        public synchronized void cutOff() {
            reachable = false;
            followers.forEach(BoundedSourceQueue::complete);
            followers.clear();
        }

        public synchronized void reachableAgain() {
            reachable = true;
        }

        /** To every call from now on; streams that are open stay so. */
        public synchronized void answers(CallException failure) {
            answerToAll = Optional.of(failure);
        }

        /** To orders alone. */
        public synchronized void answersOrders(CallException failure) {
            answerToOrders = Optional.of(failure);
        }

        /** Takes orders from now on, and carries none out. */
        public synchronized void doNothing() {
            idle = true;
        }

        /** Carries orders out again. */
        public synchronized void doSomething() {
            idle = false;
        }

        /** Answers from now on with nothing where an answer is due, or lets the asking itself fail, by turns. */
        public synchronized void talkNonsense() {
            nonsense = true;
        }

        public synchronized void talkSense() {
            nonsense = false;
        }

        public synchronized int timesNonsensical() {
            return nonsensical;
        }

        public synchronized void printed(String output) {
            printed(ByteString.fromString(output));
        }

        public synchronized void printed(ByteString output) {
            logs = output;
        }

        /** Gives no answer to who asks for output from now on, or does again. */
        public synchronized void keepLogs(boolean keeps) {
            keepsLogs = keeps;
        }

        /** Whose output was asked for, each time. */
        public synchronized List<WorkloadId> askedForLogs() {
            return List.copyOf(askedForLogs);
        }

        private CompletionStage<Output> logs(WorkloadId id) {
            askedForLogs.add(id);
            return keepsLogs
                    ? new CompletableFuture<>()
                    : CompletableFuture.completedStage(new Output(Optional.empty(), Source.single(logs)));
        }

        public synchronized List<RunOrder> runs() {
            return List.copyOf(runs);
        }

        public synchronized int timesListed() {
            return lists;
        }

        public synchronized Map<WorkloadId, ContainerReport> containers() {
            return Map.copyOf(containers);
        }

        /** The container is in this phase now, and the followers hear of it. */
        public synchronized void becomes(ContainerReport report) {
            becomesUnheard(report);
            tell(report);
        }

        /** The container is in this phase now, and nobody hears of it. */
        public synchronized void becomesUnheard(ContainerReport report) {
            if (report.phase() == ContainerPhase.REMOVED) {
                containers.remove(report.workloadId());
            } else {
                containers.put(report.workloadId(), report);
            }
        }

        public synchronized void tell(ContainerReport report) {
            AgentEvent event = new AgentEvent("boot-" + (told.size() + 1), report);
            told.add(event);
            followers.forEach(follower -> follower.offer(event));
        }

        private void run(RunOrder order) {
            runs.add(order);
            if (idle) {
                return;
            }
            Optional<HostPort> wanted = occupied.filter(port -> order.ports().stream()
                    .anyMatch(mapping -> mapping.hostPort().equals(Optional.of(port))));
            if (wanted.isPresent()) {
                ContainerReport refused = ContainerReport.of(
                        order.workloadId(), order.generation(), ContainerPhase.START_REFUSED, "in use");
                tell(of(order, refused).withPortInUse(wanted.get()));
                return;
            }
            ContainerReport there = containers.get(order.workloadId());
            if (there == null || there.runId().isOlderThan(order.runId())) {
                becomes(of(order, report(order.workloadId(), order.generation(), ContainerPhase.STARTING)));
                becomes(of(order, report(order.workloadId(), order.generation(), ContainerPhase.RUNNING)));
            }
        }
    }

    private final Map<String, Agent> agents;
    private final Materializer materializer;

    public ScriptedAgents(Materializer materializer) {
        this(new TreeMap<>(), materializer);
    }

    private ScriptedAgents(Map<String, Agent> agents, Materializer materializer) {
        this.agents = agents;
        this.materializer = materializer;
    }

    /** The same agents, for a scheduler on another actor system. */
    public ScriptedAgents on(Materializer other) {
        return new ScriptedAgents(agents, other);
    }

    public synchronized Agent agent(String hostname) {
        return agents.computeIfAbsent(hostname, name -> new Agent());
    }

    public static ContainerReport report(WorkloadId id, Generation generation, ContainerPhase phase) {
        ContainerReport bare = ContainerReport.of(id, generation, phase, "");
        return new ContainerReport(
                id,
                generation,
                phase,
                "",
                Optional.of("container-" + generation),
                bare.exitCode(),
                false,
                0,
                bare.startedAt(),
                bare.finishedAt(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    private static ContainerReport of(RunOrder order, ContainerReport report) {
        return report.ofRun(order.run(), order.restarts(), order.restartAttempts());
    }

    public static ContainerReport exited(WorkloadId id, Generation generation, int code) {
        return new ContainerReport(
                id,
                generation,
                ContainerPhase.EXITED,
                "",
                Optional.of("container-" + generation),
                Optional.of(code),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                0,
                0,
                Optional.empty(),
                Optional.empty());
    }

    @Override
    public CompletionStage<OrderResult> run(NodeFacts node, RunOrder order) {
        return taken(node, order.epoch(), agent -> {
            agent.run(order);
            return new OrderResult.Queued();
        });
    }

    @Override
    public CompletionStage<OrderResult> stop(NodeFacts node, ContainerOrder order) {
        return taken(node, order.epoch(), agent -> {
            if (!agent.idle && agent.containers.containsKey(order.workloadId())) {
                agent.becomes(exited(order.workloadId(), order.generation(), 0).ofRun(order.run(), 0, 0));
            }
            return new OrderResult.Queued();
        });
    }

    @Override
    public CompletionStage<OrderResult> remove(NodeFacts node, ContainerOrder order) {
        return taken(node, order.epoch(), agent -> {
            ContainerReport there = agent.containers.get(order.workloadId());
            boolean newer = there != null && order.generation().isOlderThan(there.generation());
            if (!agent.idle && !newer) {
                agent.becomes(report(order.workloadId(), order.generation(), ContainerPhase.REMOVED));
            }
            return new OrderResult.Queued();
        });
    }

    @Override
    public CompletionStage<ContainerList> list(NodeFacts node) {
        return answered(node, agent -> {
            agent.lists++;
            return new ContainerList(
                    "boot-" + agent.told.size(), List.copyOf(agent.containers.values()), List.of(), agent.foreign);
        });
    }

    @Override
    public CompletionStage<Output> logs(NodeFacts node, WorkloadId id, LogQuery query) {
        return answered(node, agent -> agent.logs(id)).thenCompose(output -> output);
    }

    @Override
    public CompletionStage<EventStream> events(NodeFacts node, Optional<String> after) {
        return answered(node, agent -> {
            var live = Source.<AgentEvent>queue(1_000).preMaterialize(materializer);
            agent.followers.add(live.first());
            int seen = after.map(id -> Integer.parseInt(id.substring("boot-".length())))
                    .orElse(agent.told.size());
            List<AgentEvent> missed = List.copyOf(agent.told.subList(seen, agent.told.size()));
            return EventStream.Open.of(Source.from(missed).concat(live.second()));
        });
    }

    private CompletionStage<OrderResult> taken(NodeFacts node, Epoch epoch, Function<Agent, OrderResult> answer) {
        Agent agent = agent(node.hostname());
        synchronized (agent) {
            return agent.answerToOrders
                    .<CompletionStage<OrderResult>>map(CompletableFuture::failedStage)
                    .orElseGet(() ->
                            answered(node, there -> there.refuses(epoch).orElseGet(() -> answer.apply(there))));
        }
    }

    private <T> CompletionStage<T> answered(NodeFacts node, Function<Agent, T> answer) {
        Agent agent = agent(node.hostname());
        synchronized (agent) {
            if (agent.answerToAll.isPresent()) {
                return CompletableFuture.failedStage(agent.answerToAll.get());
            }
            if (agent.nonsense) {
                agent.nonsensical++;
                if (agent.nonsensical % 2 == 0) {
                    throw new IllegalStateException("nonsense");
                }
                return CompletableFuture.completedStage(null);
            }
            return agent.reachable
                    ? CompletableFuture.completedStage(answer.apply(agent))
                    : CompletableFuture.failedStage(new java.net.ConnectException("connection refused"));
        }
    }
}
