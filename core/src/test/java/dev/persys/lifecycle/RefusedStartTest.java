package dev.persys.lifecycle;

import static dev.persys.lifecycle.WorkloadScenes.FITS;
import static dev.persys.lifecycle.WorkloadScenes.FITS_NOT;
import static dev.persys.lifecycle.WorkloadScenes.HERE;
import static dev.persys.lifecycle.WorkloadScenes.NOW;
import static dev.persys.lifecycle.WorkloadScenes.PORT;
import static dev.persys.lifecycle.WorkloadScenes.THERE;
import static dev.persys.lifecycle.WorkloadScenes.after;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.Json;
import dev.persys.lifecycle.Outcome.Changed;
import dev.persys.lifecycle.WorkloadEffect.AvoidPort;
import dev.persys.lifecycle.WorkloadEffect.FindPlacement;
import dev.persys.lifecycle.WorkloadEffect.ReleaseReservation;
import dev.persys.lifecycle.WorkloadEffect.RemoveContainer;
import dev.persys.lifecycle.WorkloadEffect.RetryLater;
import dev.persys.model.Attempt;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.HostPort;
import dev.persys.model.Observation;
import dev.persys.model.Protocol;
import dev.persys.model.Reason;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Retry;
import dev.persys.model.VolumeMount;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A start that was refused because something else has a port of the node. */
final class RefusedStartTest {
    private static final String IN_USE = "port 8080/tcp is in use on here by something that Persys did not start";
    private static final Attempt IN_5_S = new Attempt(2, 0, Duration.ofSeconds(5));

    @ParameterizedTest
    @ValueSource(strings = {"no", "on-failure:1", "always"})
    void whatWasNeverStartedGoesBackToPlacementWhateverItsPolicy(String policy) {
        Workload placed = placed(RestartPolicy.of(policy), List.of());

        Changed outcome = refused(placed);

        Workload next = outcome.next().orElseThrow();
        assertThat(next.status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(next.observed().reason()).isEqualTo(Reason.PORT_IN_USE);
        assertThat(next.observed().message()).isEqualTo(IN_USE + "; another node is looked for");
        assertThat(next.containerNode()).isEmpty();
        assertThat(outcome.effects())
                .containsExactly(
                        new AvoidPort(HERE, PORT),
                        new RemoveContainer(HERE, placed.id(), placed.generation(), Duration.ZERO, true),
                        new ReleaseReservation(placed.id()),
                        new FindPlacement(next, Optional.empty()));

        Workload elsewhere = after(next, new WorkloadSignal.Placed(THERE, FITS));
        assertThat(elsewhere.nodeId()).contains(THERE);
        assertThat(elsewhere.observed().restartCount()).isZero();
        assertThat(elsewhere.observed().restartAttempts()).isZero();
        assertThat(elsewhere.run().neverStarted()).isTrue();
    }

    /** Its agent tells of what it has made before the engine refuses the start, or afterwards: it may come either way. */
    @Test
    void whatWasOnlyMadeThereGoesBackToPlacementToo() {
        Workload placed = placed(RestartPolicy.of("always"), List.of());
        Workload made = after(placed, new WorkloadSignal.Seen(HERE, listed(placed, ContainerPhase.STARTING)));
        assertThat(made.status()).isEqualTo(WorkloadStatus.STARTING);
        assertThat(made.observed().containerId()).contains("c0ffee");

        Workload next = refused(made).next().orElseThrow();

        assertThat(next.status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(next.observed().message()).isEqualTo(IN_USE + "; another node is looked for");
        assertThat(next.run().neverStarted()).isTrue();
    }

    @Test
    void whereNoOtherNodeFitsItSaysWhenItIsTriedAgain() {
        Workload waiting =
                refused(placed(RestartPolicy.NEVER, List.of())).next().orElseThrow();

        Outcome outcome =
                WorkloadLifecycle.on(waiting, new WorkloadSignal.Unplaceable(FITS_NOT, Optional.of(IN_5_S)), NOW);

        Observation told = ((Changed) outcome).next().orElseThrow().observed();
        assertThat(told.status()).isEqualTo(WorkloadStatus.PENDING);
        assertThat(told.reason()).isEqualTo(Reason.PORT_IN_USE);
        assertThat(told.message()).isEqualTo(IN_USE + "; no other node fits; tried again in 5 s");
        assertThat(told.retry()).contains(new Retry(2, Optional.empty(), NOW.plusSeconds(5)));
        assertThat(told.since()).isEqualTo(waiting.observed().since());
    }

    @Test
    void whatComesLaterAndWantsThePortSaysSoToo() {
        Workload accepted = WorkloadScenes.publishing(RestartPolicy.NEVER);

        Workload told = after(accepted, new WorkloadSignal.Unplaceable(FITS_NOT, Optional.of(IN_5_S)));
        Workload again = after(told, new WorkloadSignal.Unplaceable(FITS_NOT, Optional.of(IN_5_S)));

        assertThat(told.observed().reason()).isEqualTo(Reason.PORT_IN_USE);
        assertThat(told.observed().message())
                .isEqualTo("none of 2 nodes fits: 2 with less than 0.1 cores free; tried again in 5 s");
        assertThat(again.observed().message()).isEqualTo(told.observed().message());
    }

    @Test
    void whereOtherThingsAreInTheWayByThenItSaysThose() {
        Workload waiting =
                refused(placed(RestartPolicy.NEVER, List.of())).next().orElseThrow();
        Workload again = after(waiting, new WorkloadSignal.Unplaceable(FITS_NOT, Optional.of(IN_5_S)));

        Observation told =
                after(again, new WorkloadSignal.Unplaceable(FITS_NOT)).observed();

        assertThat(told.reason()).isEqualTo(Reason.NO_NODE_FITS);
        assertThat(told.message()).isEqualTo("none of 2 nodes fits: 2 with less than 0.1 cores free");
        assertThat(told.retry()).isEmpty();
    }

    @Test
    void whatHasRunStaysAndItsPolicyDecides() {
        Workload placed = placed(RestartPolicy.of("always"), List.of());
        Workload running = after(placed, WorkloadScenes.seen(placed, ContainerPhase.RUNNING, 0));
        assertThat(running.run().neverStarted()).isFalse();
        Workload missing = after(running, new WorkloadSignal.Absent(HERE));
        Workload ordered = after(missing, new WorkloadSignal.RetryDue());
        assertThat(ordered.observed().containerId()).isEmpty();

        Changed outcome = refused(ordered);

        Workload next = outcome.next().orElseThrow();
        assertThat(next.status()).isEqualTo(WorkloadStatus.RESTARTING);
        assertThat(next.observed().reason()).isEqualTo(Reason.PORT_IN_USE);
        assertThat(next.observed().message()).startsWith(IN_USE + "; tried again in ");
        assertThat(next.nodeId()).contains(HERE);
        assertThat(outcome.effects().get(0)).isEqualTo(new AvoidPort(HERE, PORT));
        assertThat(outcome.effects()).anyMatch(RetryLater.class::isInstance);
    }

    /** It ran and ended while nobody heard of it, and its container was removed by somebody after that. */
    @Test
    void whatItsAgentAloneKnowsToHaveRunStaysForGood() {
        Workload placed = placed(RestartPolicy.of("always"), List.of());
        Workload refused = after(
                placed,
                new WorkloadSignal.Seen(
                        HERE, listed(placed, ContainerPhase.START_REFUSED).withPortInUse(PORT)));
        assertThat(refused.status()).isEqualTo(WorkloadStatus.RESTARTING);
        Workload removed = after(after(refused, new WorkloadSignal.RetryDue()), new WorkloadSignal.Absent(HERE));

        Workload next = refused(removed).next().orElseThrow();

        assertThat(next.run().neverStarted()).isFalse();
        assertThat(next.nodeId()).contains(HERE);
        assertThat(next.status()).isEqualTo(WorkloadStatus.RESTARTING);
    }

    @Test
    void whatHasAVolumeByItsNameStays() {
        Workload named = placed(RestartPolicy.NEVER, List.of(new VolumeMount("data", "/data", false)));
        Workload bind = placed(RestartPolicy.NEVER, List.of(new VolumeMount("/srv", "/data", false)));

        Workload stays = refused(named).next().orElseThrow();

        assertThat(stays.status()).isEqualTo(WorkloadStatus.FAILED);
        assertThat(stays.observed().reason()).isEqualTo(Reason.PORT_IN_USE);
        assertThat(stays.observed().message()).isEqualTo(IN_USE);
        assertThat(refused(bind).next().orElseThrow().status()).isEqualTo(WorkloadStatus.PENDING);
    }

    @Test
    void portThatItDoesNotAskForIsAnyRefusal() {
        Workload placed = placed(RestartPolicy.NEVER, List.of());

        Changed outcome = refused(placed, new HostPort(PORT.port(), Protocol.UDP));

        assertThat(outcome.next().orElseThrow().observed().reason()).isEqualTo(Reason.START_REFUSED);
        assertThat(outcome.effects()).noneMatch(AvoidPort.class::isInstance);
    }

    /** It would be refused until somebody changes the settings of the node, or what is asked for. */
    @ParameterizedTest
    @ValueSource(strings = {"no", "on-failure", "always", "unless-stopped"})
    void whatItsNodeDoesNotAllowHasFailedWhateverItsPolicy(String policy) {
        Workload placed = placed(RestartPolicy.of(policy), List.of());
        ContainerReport report = WorkloadScenes.report(placed.runId(), ContainerPhase.START_REFUSED, 0)
                .as(ContainerPhase.START_REFUSED, "it asks for network host")
                .withNotAllowed("network host");

        Changed outcome = (Changed) WorkloadLifecycle.on(placed, new WorkloadSignal.Seen(HERE, report), NOW);

        Workload next = outcome.next().orElseThrow();
        assertThat(next.status()).isEqualTo(WorkloadStatus.FAILED);
        assertThat(next.observed().reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(next.observed().message()).isEqualTo("not allowed on here: it asks for network host");
        assertThat(next.observed().retry()).isEmpty();
        assertThat(outcome.effects()).noneMatch(RetryLater.class::isInstance);
        assertThat(WorkloadLifecycle.resume(next)).noneMatch(RetryLater.class::isInstance);
    }

    /** What an older agent says is a refusal like any other. */
    @Test
    void whatIsNotAllowedIsKnownByWhatTheAgentSaysAlone() {
        ContainerReport report = Json.read(
                Json.write(WorkloadScenes.report(
                                placed(RestartPolicy.NEVER, List.of()).runId(), ContainerPhase.START_REFUSED, 0)
                        .withNotAllowed("network host")),
                ContainerReport.class);

        assertThat(report.notAllowed()).contains("network host");
        assertThat(Json.write(WorkloadScenes.report(report.runId(), ContainerPhase.START_REFUSED, 0)))
                .doesNotContain("notAllowed");
    }

    @Test
    void newLeaderLooksForAPlacementAtOnce() {
        Workload waiting =
                refused(placed(RestartPolicy.NEVER, List.of())).next().orElseThrow();

        assertThat(WorkloadLifecycle.resume(waiting)).containsExactly(new FindPlacement(waiting, Optional.empty()));
    }

    @Test
    void sameRefusalOnceMoreChangesNothing() {
        Workload placed = placed(RestartPolicy.NEVER, List.of());
        Workload waiting = refused(placed).next().orElseThrow();

        assertThat(WorkloadLifecycle.on(waiting, told(placed, PORT), NOW)).isEqualTo(Outcome.nothing());
    }

    private static Workload placed(RestartPolicy policy, List<VolumeMount> volumes) {
        WorkloadSpec spec = WorkloadScenes.withPort(WorkloadSpec.of("web", "nginx"), policy, volumes);
        return after(
                Workload.accepted(WorkloadScenes.ID, spec, Optional.empty(), Optional.empty(), WorkloadScenes.THEN),
                new WorkloadSignal.Placed(HERE, FITS));
    }

    private static Changed refused(Workload workload) {
        return refused(workload, PORT);
    }

    private static Changed refused(Workload workload, HostPort port) {
        return (Changed) WorkloadLifecycle.on(workload, told(workload, port), NOW);
    }

    /** Names a container and no start of it. */
    private static ContainerReport listed(Workload workload, ContainerPhase phase) {
        return new ContainerReport(
                workload.id(),
                workload.generation(),
                phase,
                "",
                Optional.of("c0ffee"),
                Optional.empty(),
                false,
                0,
                Optional.empty(),
                Optional.empty(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                workload.run().number(),
                0,
                Optional.empty(),
                Optional.empty());
    }

    private static WorkloadSignal.Seen told(Workload workload, HostPort port) {
        return new WorkloadSignal.Seen(
                HERE,
                WorkloadScenes.report(workload.runId(), ContainerPhase.START_REFUSED, 0)
                        .withPortInUse(port));
    }
}
