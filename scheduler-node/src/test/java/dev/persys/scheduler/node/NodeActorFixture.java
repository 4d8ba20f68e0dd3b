package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import dev.persys.api.NodeView;
import dev.persys.api.RecordJson;
import dev.persys.api.RegisterResponse;
import dev.persys.lifecycle.NodeLifecycle;
import dev.persys.model.Node;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.record.Stored;
import dev.persys.scheduler.testing.Workbench;
import dev.persys.store.Keys;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;

/** A node's writer on a store in memory, with its link, its term, its agent and an operator listening. */
abstract class NodeActorFixture {
    static final Resources FREE = new Resources(3_000, 3_000);

    final Workbench bench = new Workbench();
    final NodeActor.Shared shared = new NodeActor.Shared(
            bench.environment,
            bench.leadership,
            bench.term.getRef(),
            bench.placement.getRef(),
            new EventNumbers(bench.leadership.epoch()));
    final TestProbe<AgentLink.Command> link = bench.kit.createTestProbe();
    final TestProbe<Reply<RegisterResponse>> agent = bench.kit.createTestProbe();
    final TestProbe<Reply<NodeId>> beats = bench.kit.createTestProbe();
    final TestProbe<Reply<NodeView>> operator = bench.kit.createTestProbe();

    @AfterEach
    void close() {
        bench.close();
    }

    final Node stored(NodeStatus status, Instant longAgo) {
        return NodeLifecycle.registered(Workbench.NODE, Workbench.facts("node-1", Workbench.MACHINE), longAgo)
                .withReached()
                .withStatus(status, status.isReachable() ? NodeReason.HEARTBEAT : NodeReason.SILENT, "", longAgo);
    }

    final ActorRef<NodeActor.Command> load(Node node) {
        String key = Keys.node(node.id());
        bench.store.plant(key, RecordJson.toJson(node).toString());
        long revision = bench.store.entries(key).get(0).revision();
        ActorRef<NodeActor.Command> actor = bench.kit.spawn(NodeActor.create(link.getRef(), shared));
        actor.tell(new NodeActor.Load(new Stored<>(node, revision)));
        return actor;
    }

    /** Whatever was told the actor before is handled. */
    final void handled(ActorRef<NodeActor.Command> actor) {
        request(actor, NodeAction.DRAIN, Optional.of(99L));
        assertThat(operator.receiveMessage()).isInstanceOf(Reply.PreconditionFailed.class);
    }

    final void checkSilence(ActorRef<NodeActor.Command> actor) {
        actor.tell(new NodeActor.CheckSilence(bench.environment.ticker().nanos()));
    }

    /** Its agent has been called, which is written. */
    final void reached(ActorRef<NodeActor.Command> actor) {
        actor.tell(NodeActor.CallsWork.INSTANCE);
        assertThat(committed().last().value().reached()).isTrue();
    }

    final ActorRef<NodeActor.Command> register(Resources total) {
        return begun(new NodeActor.Admit(Workbench.NODE, Workbench.facts("node-1", total), agent.getRef()));
    }

    final ActorRef<NodeActor.Command> begun(NodeActor.Command first) {
        ActorRef<NodeActor.Command> actor = bench.kit.spawn(NodeActor.create(link.getRef(), shared));
        actor.tell(first);
        return actor;
    }

    final void beat(ActorRef<NodeActor.Command> actor, Resources available) {
        beat(actor, available, false);
    }

    final void beat(ActorRef<NodeActor.Command> actor, Resources available, boolean degraded) {
        actor.tell(new NodeActor.Beat(available, degraded, beats.getRef()));
        assertThat(beats.receiveMessage()).isEqualTo(new Reply.Ok<>(Workbench.NODE));
    }

    final void request(ActorRef<NodeActor.Command> actor, NodeAction action, Optional<Long> ifRevision) {
        actor.tell(new NodeActor.Request(action, 0, ifRevision, operator.getRef()));
    }

    final NodeNews.Committed committed() {
        while (true) {
            if (bench.term.receiveMessage() instanceof NodeNews.Committed committed) {
                return committed;
            }
        }
    }

    final Node heard() {
        while (true) {
            if (bench.term.receiveMessage() instanceof NodeNews.Heard heard) {
                return heard.node().value();
            }
        }
    }
}
