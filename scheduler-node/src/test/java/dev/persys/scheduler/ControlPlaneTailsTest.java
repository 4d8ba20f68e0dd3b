package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import dev.persys.scheduler.testing.ScriptedAgents;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The end of an output that the leader which saw its container end did not come to take. */
final class ControlPlaneTailsTest {
    private static final String BEFORE = "started\n";
    private static final String ALL = "started\nboom\n";

    private final ControlPlane plane = new ControlPlane();
    private final ScriptedAgents.Agent agent = plane.agents.agent("node-1");

    @AfterEach
    void close() {
        plane.close();
    }

    @Test
    void endOfTheOutputIsTakenByTheNextLeader() {
        endsUnheard();

        agent.keepLogs(false);
        plane.restart();

        await().ignoreExceptions().until(() -> logs("web").equals(ALL));
    }

    @Test
    void endOfTheOutputIsTakenOnceTheNodeAnswersHoweverLate() {
        endsUnheard();
        agent.cutOff();
        agent.keepLogs(false);
        plane.restart();
        for (int i = 0; i < 30; i++) {
            plane.pass(Duration.ofSeconds(10));
            assertThat(logs("web")).isEqualTo(BEFORE);
        }

        agent.reachableAgain();

        await().until(() -> {
            plane.pass(Duration.ofSeconds(1));
            return logs("web").equals(ALL);
        });
    }

    @Test
    void whatWasTakenIsNotTakenAgain() {
        WorkloadId id = runs();
        ends(id);
        await().until(() -> logs("web").equals(ALL));
        int asked = timesAskedFor(id);

        plane.restart();
        plane.schedule(WorkloadSpec.of("other", "nginx"));
        await().until(() -> logs("other").equals(ALL));

        assertThat(timesAskedFor(id)).isEqualTo(asked);
    }

    private WorkloadId runs() {
        plane.join("node-1");
        agent.printed(BEFORE);
        WorkloadId id = plane.schedule(WorkloadSpec.of("web", "nginx"))
                .workload()
                .workload()
                .id();
        await().until(() -> logs("web").equals(BEFORE));
        return id;
    }

    private void ends(WorkloadId id) {
        agent.printed(ALL);
        agent.becomes(ScriptedAgents.exited(id, Generation.of(1), 3));
        await().until(() -> plane.workload("web").workload().status() == WorkloadStatus.FAILED);
    }

    private void endsUnheard() {
        WorkloadId id = runs();
        agent.keepLogs(true);
        ends(id);
    }

    private int timesAskedFor(WorkloadId id) {
        return Collections.frequency(agent.askedForLogs(), id);
    }

    private String logs(String name) {
        return plane.workload(name).workload().logs();
    }
}
