package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.BareRun;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerOptions;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.VolumeMount;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.runtime.ContainerStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the agent does with orders that ask for what its settings do or do not allow. */
final class AllowedOrdersTest extends AgentConversation {
    @TempDir
    Path temporary;

    private Path root;
    private Path current;
    private Path secret;

    @BeforeEach
    void makeFiles() throws IOException {
        root = temporary.toRealPath();
        secret = Files.createDirectory(root.resolve("secret"));
        Files.createDirectories(root.resolve("data/one"));
        current = Files.createSymbolicLink(root.resolve("data/current"), Path.of("one"));
    }

    @Test
    void hostPathIsRefusedBeforeAnythingIsMadeAndNotTriedAgain() {
        run(mounting(1, current));

        ContainerReport refused = skipTo(ContainerPhase.START_REFUSED);

        assertThat(refused.notAllowed()).contains("host path " + current);
        assertThat(refused.message()).contains(current.toString(), "persys.agent.allow.host-paths", "named volume");
        assertThat(docker.count("create")).isZero();
        run(mounting(1, current));
        assertThat(next()).isEqualTo(refused);
        nothingElseIsTold();
        assertThat(docker.count("create")).as("of the other workload").isEqualTo(1);
    }

    @Test
    void whatIsAllowedIsMadeAndRefusedOnceItLeadsElsewhere() throws IOException {
        startAllowing(root.resolve("data"));
        run(mounting(1, current));
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        assertThat(docker.spec(id.value()).volumes()).containsExactly(new VolumeMount(current.toString(), "/d", false));
        stop(1);
        skipTo(ContainerPhase.EXITED);
        Files.delete(current);
        Files.createSymbolicLink(current, secret);

        run(mounting(1, current).ofRun(1, running.startedAt(), 0, 0));

        ContainerReport refused = skipTo(ContainerPhase.START_REFUSED);
        assertThat(refused.message()).contains("which leads to " + secret);
        assertThat(docker.count("start")).isEqualTo(1);
        assertThat(status()).as("what it wrote stays").isEqualTo(ContainerStatus.EXITED);
    }

    @Test
    void whatRunsGoesOnWhereWhatIsToTakeItsPlaceIsRefused() {
        run(Samples.run(id, 1));
        skipTo(ContainerPhase.RUNNING);

        run(mounting(2, secret));

        assertThat(skipTo(ContainerPhase.START_REFUSED).generation().value()).isEqualTo(2);
        assertThat(docker.count("stop")).isZero();
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);
    }

    @Test
    void narrowerSettingsLeaveAloneWhatRunsAndRefuseItsNextStart() {
        startAllowing(root);
        run(mounting(1, secret));
        ContainerReport running = skipTo(ContainerPhase.RUNNING);
        startAllowing(root.resolve("data"));
        await(() -> list().containers().size() == 1);
        assertThat(status()).isEqualTo(ContainerStatus.RUNNING);

        run(mounting(1, secret).ofRun(1, running.startedAt(), 0, 0));

        assertThat(skipTo(ContainerPhase.START_REFUSED).notAllowed()).contains("host path " + secret);
        assertThat(status()).as("what has failed does not run").isEqualTo(ContainerStatus.EXITED);
        run(mounting(1, secret).ofRun(2, running.startedAt(), 0, 0));
        assertThat(skipUntil(report -> report.phase() == ContainerPhase.START_REFUSED && report.run() == 2)
                        .message())
                .contains("persys.agent.allow.host-paths");
        assertThat(docker.count("start")).isEqualTo(1);
    }

    @Test
    void orderOfACallerThatCountsNothingIsRefusedLikewise() {
        agent.tell(new AgentProtocol.RunNewest(
                new BareRun(
                        id, Samples.touching(List.of(), Optional.of("host"), ContainerOptions.NONE), Optional.empty()),
                orders.ref()));
        orders.expectMessage(new OrderReply.Queued());

        assertThat(skipTo(ContainerPhase.START_REFUSED).message()).contains("persys.agent.allow.networks");
        assertThat(docker.count("create")).isZero();
    }

    private ContainerStatus status() {
        return docker.containers().get(0).status();
    }

    private void startAllowing(Path tree) {
        kit.stop(agent);
        start("persys.agent.allow.host-paths = [\"" + tree + "\"]");
    }

    private RunOrder mounting(long generation, Path source) {
        return Samples.touching(
                id,
                generation,
                List.of(new VolumeMount(source.toString(), "/d", false)),
                Optional.empty(),
                ContainerOptions.NONE);
    }
}
