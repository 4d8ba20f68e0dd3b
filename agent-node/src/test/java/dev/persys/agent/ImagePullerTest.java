package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.actor.testkit.typed.javadsl.ManualTime;
import akka.actor.testkit.typed.javadsl.TestProbe;
import akka.actor.typed.ActorRef;
import com.typesafe.config.ConfigFactory;
import dev.persys.agent.ImagePuller.Fetched;
import dev.persys.agent.ImagePuller.Progressing;
import dev.persys.agent.ImagePuller.Update;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.FakeContainerRuntime;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import dev.persys.testing.VirtualTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Places for fetches: who waits, for what, and who does not. */
final class ImagePullerTest {
    private final ActorTestKit kit = ActorTestKit.create(VirtualTime.CONFIG.withFallback(ConfigFactory.load()));
    private final ManualTime time = ManualTime.get(kit.system());
    private final FakeContainerRuntime docker = new FakeContainerRuntime(InstantSource.fixed(Instant.EPOCH));

    @AfterEach
    void stopKit() {
        kit.shutdownTestKit();
    }

    @Test
    void registryThatHangsHoldsUpItselfAloneAndWhoWaitsIsToldForWhat() {
        ActorRef<ImagePuller.Command> puller = puller("persys.agent.max-pulls-per-registry = 3");
        docker.hold("pull");
        for (int i = 0; i < 3; i++) {
            fetch(puller, "hangs.example/app:" + i);
        }
        TestProbe<Update> fourth = fetch(puller, "hangs.example/app:4");
        awaitMessage(fourth, "waiting for a place: 3 images are being fetched from hangs.example");
        fetch(puller, "good.example/app:1");
        fetch(puller, "nginx:1");

        Awaitility.await().until(() -> docker.waiting("pull") == 5);
        assertThat(docker.calls())
                .contains("pull good.example/app:1", "pull nginx:1")
                .doesNotContain("pull hangs.example/app:4");

        docker.release("pull");
        awaitMessage(fourth, "");
        assertThat(fourth.receiveMessage().news()).isEqualTo(new Fetched());
    }

    @Test
    void nodeFetchesNoMoreThanItsOwnBoundFromAllRegistriesTogether() {
        ActorRef<ImagePuller.Command> puller = puller("persys.agent.max-pulls = 2");
        docker.hold("pull");
        fetch(puller, "a.example/app:1");
        fetch(puller, "b.example/app:1");
        TestProbe<Update> third = fetch(puller, "c.example/app:1");
        awaitMessage(third, "waiting for a place: 2 images are being fetched");
        assertThat(docker.count("pull")).isEqualTo(2);
        docker.release("pull");
        awaitMessage(third, "");
    }

    @Test
    void failedAttemptsAreCountedWhereThePlaceIsGivenToOthersMeanwhile() {
        ActorRef<ImagePuller.Command> puller = puller("persys.agent.max-pulls = 1");
        docker.failPull("bad.example/app:1", new RuntimeFailure(Kind.UNAVAILABLE, "no route"));
        TestProbe<Update> bad = fetch(puller, "bad.example/app:1");
        awaitMessage(bad, "attempt 1 of 5 failed: no route");
        docker.hold("pull");
        fetch(puller, "good.example/app:1");
        Awaitility.await().until(() -> docker.waiting("pull") == 1);
        time.timePasses(Duration.ofMinutes(1));
        awaitMessage(bad, "waiting for a place: 1 image is being fetched; attempt 1 of 5 failed: no route");
    }

    @Test
    void progressIsToldOnceAnIntervalAndTheNewestAtItsEnd() {
        ActorRef<ImagePuller.Command> puller = puller("persys.agent.pull-progress-interval = 1s");
        docker.hold("pull");
        TestProbe<Update> probe = fetch(puller, "a.example/app:1");
        Awaitility.await().until(() -> docker.waiting("pull") == 1);
        docker.progress("a.example/app:1", progress(10));
        assertThat(toldProgress(probe)).isEqualTo(progress(10));

        docker.progress("a.example/app:1", progress(20));
        docker.progress("a.example/app:1", progress(30));
        time.timePasses(Duration.ofSeconds(1));

        assertThat(toldProgress(probe)).isEqualTo(progress(30));
    }

    private static PullProgress progress(long bytes) {
        return new PullProgress(3, 1, bytes, 100);
    }

    private static PullProgress toldProgress(TestProbe<Update> probe) {
        return ((Progressing) probe.receiveMessage().news()).progress().orElseThrow();
    }

    private ActorRef<ImagePuller.Command> puller(String setting) {
        return kit.spawn(ImagePuller.create(docker, Samples.settings(setting), new Random(1)));
    }

    private TestProbe<Update> fetch(ActorRef<ImagePuller.Command> puller, String image) {
        TestProbe<Update> probe = kit.createTestProbe();
        WorkloadId id = Samples.workload();
        puller.tell(new ImagePuller.Fetch(id, 1, image, Optional.empty(), probe.ref()));
        assertThat(probe.receiveMessage().news()).isInstanceOf(Progressing.class);
        return probe;
    }

    private static void awaitMessage(TestProbe<Update> probe, String message) {
        for (int i = 0; i < 5; i++) {
            if (probe.receiveMessage().news() instanceof Progressing news
                    && news.message().equals(message)) {
                return;
            }
        }
        throw new AssertionError("not told: " + message);
    }
}
