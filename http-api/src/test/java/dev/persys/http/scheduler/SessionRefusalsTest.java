package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.NodeFacts;
import dev.persys.model.Reason;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadStatus;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What is said to those who are not let into a container. */
final class SessionRefusalsTest {
    private final SchedulerFixture fixture = new SchedulerFixture("");
    private final HttpServer agent = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);

    SessionRefusalsTest() throws IOException {
        agent.createContext("/", exchange -> {
            exchange.sendResponseHeaders(409, -1);
            exchange.close();
        });
        agent.start();
    }

    @AfterEach
    void stop() {
        agent.stop(0);
        fixture.close();
    }

    @Test
    void pausedContainerIsNotToBeStarted() {
        Workload running = Samples.running();
        workload(running.withObserved(running.observed()
                .as(WorkloadStatus.RUNNING, Reason.CONTAINER_PAUSED, "paused; 'docker unpause' helps", Samples.NOW)));

        assertThat(refusal("/workloads/a/stats"))
                .isEqualTo(
                        "Workload \"celery-worker\" is Running, but its node refuses that now: that needs a container that"
                                + " runs, unpaused; last seen: paused; 'docker unpause' helps");
    }

    @Test
    void containerThatHasEndedIsToBeStarted() {
        Workload running = Samples.running();
        workload(running.withObserved(
                running.observed().as(WorkloadStatus.EXITED, Reason.COMPLETED, "exited", Samples.NOW)));

        assertThat(refusal("/workloads/a/stats"))
                .isEqualTo(
                        "Workload \"celery-worker\" is Exited, and that needs a container that runs: start it first, or"
                                + " read its logs");
    }

    @Test
    void filesAreNotSaidToNeedAContainerThatRuns() {
        workload(Samples.pending());

        assertThat(refusal("/workloads/a/archive?access=read&path=/etc"))
                .startsWith("Workload \"celery-worker\" is Pending, and that needs a container, running or stopped: ");
    }

    private String refusal(String path) {
        HttpResponse<String> response = fixture.api.get(path);
        assertThat(response.statusCode()).isEqualTo(409);
        return Wire.problem(response).detail();
    }

    private void workload(Workload workload) {
        NodeView sample = Samples.node(1);
        NodeFacts known = sample.node().facts();
        NodeFacts facts = new NodeFacts(
                "127.0.0.1",
                known.hostname(),
                agent.getAddress().getPort(),
                known.total(),
                known.labels(),
                known.os(),
                known.kernel(),
                known.architecture(),
                known.dockerVersion(),
                known.agentVersion());
        NodeView view = new NodeView(sample.node().withFacts(facts), 1, sample.reserved(), 1, sample.lastHeartbeat());
        fixture.scheduler.answer(command -> {
            if (command instanceof SchedulerProtocol.GetWorkload get) {
                get.replyTo().tell(new Reply.Ok<>(new WorkloadView(workload, 1, Optional.empty())));
            } else if (command instanceof SchedulerProtocol.GetNode get) {
                get.replyTo().tell(new Reply.Ok<>(view));
            }
        });
    }
}
