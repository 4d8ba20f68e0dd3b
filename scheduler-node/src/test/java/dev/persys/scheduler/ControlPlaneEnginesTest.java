package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeId;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One Docker engine is one node. */
final class ControlPlaneEnginesTest {
    private final ControlPlane plane = new ControlPlane("");

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void secondAgentOnAnEngineIsRefusedUntilTheFirstNodeIsRemoved() {
        assertThat(plane.register("node-1", "ENGINE:1")).isInstanceOf(Reply.Ok.class);
        assertThat(plane.register("node-1", "ENGINE:1")).as("the same again").isInstanceOf(Reply.Ok.class);
        assertThat(plane.register("node-3", "ENGINE:3")).isInstanceOf(Reply.Ok.class);

        Reply<RegisterResponse> refused = plane.register("node-2", "ENGINE:1");

        assertThat(refused).isInstanceOfSatisfying(Reply.Conflict.class, conflict -> {
            assertThat(conflict.type()).isEqualTo("engine-taken");
            assertThat(conflict.detail()).contains("node-1", "persys node rm node-1");
        });
        assertThat(plane.nodes().items()).hasSize(2);
        plane.change(NodeId.of("node-1"), NodeAction.DELETE);
        assertThat(plane.register("node-2", "ENGINE:1")).isInstanceOf(Reply.Ok.class);
    }

    @Test
    void ofTwoThatRegisterAtOnceOneIsRefused() {
        TestProbe<Reply<RegisterResponse>> answers = plane.probe();
        for (String name : List.of("node-1", "node-2")) {
            plane.tell(ControlPlane.registration(name, Optional.of("ENGINE:1"), answers.getRef()));
        }
        List<Reply<RegisterResponse>> both = List.of(answers.receiveMessage(), answers.receiveMessage());
        assertThat(both).filteredOn(Reply.Ok.class::isInstance).hasSize(1);
        assertThat(both).filteredOn(Reply.Conflict.class::isInstance).hasSize(1);
    }
}
