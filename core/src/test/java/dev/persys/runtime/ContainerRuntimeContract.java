package dev.persys.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.stream.javadsl.Sink;
import akka.util.ByteString;
import dev.persys.api.LogQuery;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerRuntime.Watch;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

/**
 * What every container runtime does. Commands are of the form {@code echo word; sleep 1000} or {@code echo word; exit
 * 3}, which a shell and the fake understand.
 */
public abstract class ContainerRuntimeContract extends RuntimeTrial {
    /** Ends a running container's main process, as if by itself. */
    protected abstract void end(String id);

    /** Somebody, such as an older version of ours, has the engine restart a container by that policy. */
    protected abstract void letEngineRestart(String id, RestartPolicy policy);

    @Test
    void answersPingAndTellsFacts() {
        get(runtime().ping());
        HostFacts facts = get(runtime().facts());
        assertThat(facts.cpus()).isPositive();
        assertThat(facts.memoryMib()).isPositive();
        assertThat(facts.engineVersion()).isNotEmpty();
        assertThat(facts.hostname()).isNotEmpty();
    }

    @Test
    void knowsWhichImagesTheNodeHas() {
        assertThat(get(runtime().hasImage(image()))).isTrue();
        assertThat(get(runtime().hasImage("persys-test/absent:1"))).isFalse();
    }

    @Test
    void createdContainerIsThereAndNotStarted() {
        ContainerSpec spec = spec("sleep 1000");
        String id = get(runtime().create(spec));
        ContainerState state = get(runtime().inspect(spec.name())).orElseThrow();
        assertThat(state.id()).isEqualTo(id);
        assertThat(state.name()).isEqualTo(spec.name());
        assertThat(state.status()).isEqualTo(ContainerStatus.CREATED);
        assertThat(state.labels()).containsAllEntriesOf(labels);
        assertThat(state.startedAt()).isEmpty();
        assertThat(state.exitCode()).isEmpty();
        get(runtime().remove(id));
    }

    @Test
    void containerSaysWhichImageItWasMadeFromAndNoOrderCanSayOtherwise() {
        ContainerSpec plain = spec("sleep 1000");
        ContainerSpec lying = ContainerSpec.of(
                plain.name(),
                plain.image(),
                Map.of("test", labels.get("test"), ContainerLabels.IMAGE, "sha256:other"),
                plain.command());
        String id = get(runtime().create(lying));
        ContainerState state = get(runtime().inspect(id)).orElseThrow();
        assertThat(state.imageId()).isNotEmpty();
        assertThat(state.labels()).containsEntry(ContainerLabels.IMAGE, state.imageId());
        assertThat(get(runtime().list(labels)))
                .singleElement()
                .extracting(ContainerSummary::imageId)
                .isEqualTo(state.imageId());
        get(runtime().remove(id));
    }

    @Test
    void listsEndedContainersTooAndOnlyThoseWithAllLabels() {
        String first = started("exit 0");
        String second = started("sleep 1000");
        awaitStatus(first, ContainerStatus.EXITED);
        assertThat(get(runtime().list(labels)))
                .extracting(ContainerSummary::id)
                .containsExactlyInAnyOrder(first, second);
        Map<String, String> stricter = Map.of("test", labels.get("test"), "other", "x");
        assertThat(get(runtime().list(stricter))).isEmpty();
        get(runtime().remove(first));
        get(runtime().remove(second));
    }

    @Test
    void tellsExitCodeAndTimes() {
        String id = started("exit 3");
        ContainerState state = awaitStatus(id, ContainerStatus.EXITED);
        assertThat(state.exitCode()).contains(3);
        assertThat(state.startedAt()).isPresent();
        assertThat(state.finishedAt()).isPresent();
        assertThat(state.oomKilled()).isFalse();
        get(runtime().remove(id));
    }

    @Test
    void startingAndStoppingTwiceIsAsOnce() {
        String id = started("sleep 1000");
        get(runtime().start(id));
        assertThat(awaitStatus(id, ContainerStatus.RUNNING).exitCode()).isEmpty();
        get(runtime().stop(id, Duration.ZERO));
        get(runtime().stop(id, Duration.ZERO));
        assertThat(awaitStatus(id, ContainerStatus.EXITED).exitCode()).isPresent();
        get(runtime().remove(id));
    }

    @Test
    void removesRunningContainer() {
        String id = started("sleep 1000");
        get(runtime().remove(id));
        assertThat(get(runtime().inspect(id))).isEmpty();
    }

    @Test
    void takenNameIsConflict() {
        ContainerSpec spec = spec("sleep 1000");
        String id = get(runtime().create(spec));
        assertThat(failure(runtime().create(spec)).kind()).isEqualTo(Kind.CONFLICT);
        get(runtime().remove(id));
    }

    @Test
    void absentImageAndContainerAreNotFound() {
        ContainerSpec spec =
                ContainerSpec.of(UUID.randomUUID().toString(), "persys-test/absent:1", labels, List.of("x"));
        RuntimeFailure failure = failure(runtime().create(spec));
        assertThat(failure.kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure).hasMessageContaining("persys-test/absent:1");
        assertThat(failure(runtime().start("absent")).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(runtime().stop("absent", Duration.ZERO)).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(failure(runtime().remove("absent")).kind()).isEqualTo(Kind.NOT_FOUND);
        assertThat(get(runtime().inspect("absent"))).isEmpty();
    }

    @Test
    void tellsWhatHappensToContainersWithTheLabels() throws Exception {
        List<RuntimeSignal> signals = new CopyOnWriteArrayList<>();
        Watch watch = runtime().watch(labels, Optional.empty(), signals::add);
        await().atMost(LIMIT).until(() -> !signals.isEmpty());
        assertThat(signals.get(0)).isInstanceOf(RuntimeSignal.Opened.class);
        ContainerSpec foreign = ContainerSpec.of(
                UUID.randomUUID().toString(), image(), Map.of("test", "other"), List.of("sh", "-c", "exit 0"));
        String foreignId = get(runtime().create(foreign));
        get(runtime().start(foreignId));
        String id = started("exit 5");
        awaitStatus(id, ContainerStatus.EXITED);
        String name = get(runtime().inspect(id)).orElseThrow().name();
        get(runtime().remove(id));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(actions(signals)).containsExactly("start", "die", "destroy"));
        RuntimeSignal.Happened died = happened(signals).get(1);
        assertThat(died.containerId()).isEqualTo(id);
        assertThat(died.name()).isEqualTo(name);
        assertThat(died.exitCode()).contains(5);
        assertThat(died.labels()).containsAllEntriesOf(labels);
        watch.close();
        await().atMost(LIMIT).until(() -> signals.get(signals.size() - 1) instanceof RuntimeSignal.Closed);
        get(runtime().remove(foreignId));
    }

    @Test
    void engineRestartsByPolicyAndGivesUpAtItsLimit() {
        String id = get(runtime().create(spec("exit 4")));
        letEngineRestart(id, RestartPolicy.of("on-failure:2"));
        get(runtime().start(id));
        await().atMost(LIMIT).untilAsserted(() -> {
            ContainerState state = get(runtime().inspect(id)).orElseThrow();
            assertThat(state.status()).isEqualTo(ContainerStatus.EXITED);
            assertThat(state.restartCount()).isEqualTo(2);
            assertThat(state.exitCode()).contains(4);
        });
        get(runtime().remove(id));
    }

    @Test
    void engineRestartsNothingOnceItIsTakenTheRestartPolicy() {
        String id = get(runtime().create(spec("sleep 1000")));
        letEngineRestart(id, RestartPolicy.of("always"));
        get(runtime().start(id));
        get(runtime().withoutRestartPolicy(id));
        assertThat(awaitStatus(id, ContainerStatus.RUNNING).restartCount()).isZero();
        end(id);
        assertThat(awaitStatus(id, ContainerStatus.EXITED).restartCount()).isZero();
        get(runtime().remove(id));
        assertThat(failure(runtime().withoutRestartPolicy(id)).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void removingVolumesOfAWorkloadThatHasNoneIsNoFailure() {
        get(runtime().removeVolumes(WorkloadId.of(UUID.randomUUID())));
    }

    @Test
    void logsAreReadWholeAndByTail() {
        String id = started("echo one; echo two; exit 0");
        awaitStatus(id, ContainerStatus.EXITED);
        assertThat(log(id, LogQuery.ALL)).isEqualTo("one\ntwo\n");
        assertThat(log(id, new LogQuery(Optional.of(1), Optional.empty(), false)))
                .isEqualTo("two\n");
        List<String> stamped = log(id, LogQuery.ALL.stamped(true)).lines().toList();
        assertThat(stamped).extracting(line -> line.split(" ", 2)[1]).containsExactly("one", "two");
        Instant last = OffsetDateTime.parse(stamped.get(1).split(" ", 2)[0]).toInstant();
        assertThat(log(id, new LogQuery(Optional.empty(), Optional.of(last), false)))
                .as("from a line's own time on, that line is there again")
                .endsWith("two\n");
        get(runtime().remove(id));
    }

    @Test
    void logsUntilAMomentAreThoseOfTheRunsBeforeIt() {
        String id = started("echo one; exit 0");
        ContainerState ended = awaitStatus(id, ContainerStatus.EXITED);
        get(runtime().start(id));
        await("its second run").atMost(LIMIT).until(() -> log(id, LogQuery.ALL), "one\none\n"::equals);
        Instant start = awaitStatus(id, ContainerStatus.EXITED).startedAt().orElseThrow();
        Instant end = ended.finishedAt().orElseThrow();
        Instant between = end.plus(Duration.between(end, start).dividedBy(2));
        assertThat(log(id, LogQuery.ALL.linesUntil(between))).isEqualTo("one\n");
        get(runtime().remove(id));
    }

    @Test
    void renamedContainerIsTheSameUnderItsNewName() {
        String id = started("sleep 1000");
        String other = get(runtime().create(spec("sleep 1000")));
        String name = UUID.randomUUID().toString();
        get(runtime().rename(id, name));
        assertThat(get(runtime().inspect(name)).map(ContainerState::id)).contains(id);
        assertThat(failure(runtime().rename(other, name)).kind()).isEqualTo(Kind.CONFLICT);
        get(runtime().remove(id));
        get(runtime().remove(other));
        assertThat(failure(runtime().rename(id, "any")).kind()).isEqualTo(Kind.NOT_FOUND);
    }

    @Test
    void silentContainersFollowedLogOpensWithSomethingEmptyAndAbsentOnesFails() {
        String id = started("sleep 1000");
        LogQuery followed = new LogQuery(Optional.empty(), Optional.empty(), true);
        assertThat(get(runtime().logs(id, followed).runWith(Sink.head(), kit.system())))
                .isEqualTo(ByteString.emptyByteString());
        get(runtime().remove(id));
        assertThat(failure(runtime().logs(id, followed).runWith(Sink.head(), kit.system()))
                        .kind())
                .isEqualTo(Kind.NOT_FOUND);
    }

    /** What happened, less what an engine may or may not tell besides. */
    private static List<String> actions(List<RuntimeSignal> signals) {
        return happened(signals).stream()
                .map(RuntimeSignal.Happened::action)
                .filter(action -> !action.equals("stop") && !action.equals("kill"))
                .toList();
    }
}
