package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.api.Heartbeat;
import dev.persys.api.RegisterRequest;
import dev.persys.api.RegisterResponse;
import dev.persys.model.NodeId;
import dev.persys.model.Resources;
import dev.persys.protocol.SchedulerClient;
import dev.persys.protocol.SchedulerClient.HeartbeatReply;
import dev.persys.protocol.SchedulerClient.RegisterReply;
import dev.persys.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;

/**
 * Owns this node's standing with the scheduler: registers it, beats for it, and begins again when the scheduler does not
 * know it or was away. One question at a time is under way.
 */
final class SchedulerLink {
    sealed interface Command {}

    /** Whether the container engine answers. */
    record EngineIs(boolean up) implements Command {}

    private record Register() implements Command {}

    private record RegisterEnded(HostProbe.Host host, RegisterReply reply) implements Command {}

    private record RegisterFailed(String why) implements Command {}

    private record Beat() implements Command {}

    private record BeatEnded(HeartbeatReply reply) implements Command {}

    private record BeatFailed(String why) implements Command {}

    /** What the parent is told. */
    sealed interface News {}

    record Registered(RegisterResponse response) implements News {}

    /** @param isKnown whether the scheduler knew this node when it last answered */
    record Unregistered(boolean isKnown, String why) implements News {}

    /** The scheduler answers again, after {@link Unregistered}. */
    record Answered() implements News {}

    /** What the agent says of itself while Docker answers. */
    static final String ACTIVE = "active";

    /**
     * The standing.
     *
     * @param registered whether the scheduler knows this node
     * @param complete whether it was told of the engine then
     * @param beaten whether it took a beat since then
     * @param interval between two beats
     * @param failures without an answer, in a row
     * @param engineUp whether the engine answers, as far as is known
     * @param saidUp what the last beat said of it
     */
    private record Standing(
            boolean registered,
            boolean complete,
            boolean beaten,
            Duration interval,
            int failures,
            boolean engineUp,
            boolean saidUp) {
        Standing answered() {
            return new Standing(registered, complete, true, interval, 0, engineUp, saidUp);
        }

        Standing failed() {
            return new Standing(registered, complete, beaten, interval, failures + 1, engineUp, saidUp);
        }

        Standing unknown() {
            return new Standing(false, false, false, interval, failures, engineUp, saidUp);
        }

        Standing with(boolean up) {
            return new Standing(registered, complete, beaten, interval, failures, up, saidUp);
        }

        Standing said() {
            return new Standing(registered, complete, beaten, interval, failures, engineUp, engineUp);
        }
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final NodeId nodeId;
    private final AgentSettings settings;
    private final SchedulerClient scheduler;
    private final HostProbe probe;
    private final String version;
    private final RandomGenerator random;
    private final ActorRef<News> parent;

    private SchedulerLink(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            NodeId nodeId,
            AgentSettings settings,
            SchedulerClient scheduler,
            HostProbe probe,
            String version,
            RandomGenerator random,
            ActorRef<News> parent) {
        this.context = context;
        this.timers = timers;
        this.nodeId = nodeId;
        this.settings = settings;
        this.scheduler = scheduler;
        this.probe = probe;
        this.version = version;
        this.random = random;
        this.parent = parent;
    }

    /** @param version of this agent */
    static Behavior<Command> create(
            NodeId nodeId,
            AgentSettings settings,
            SchedulerClient scheduler,
            HostProbe probe,
            String version,
            RandomGenerator random,
            ActorRef<News> parent) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> {
            SchedulerLink link =
                    new SchedulerLink(context, timers, nodeId, settings, scheduler, probe, version, random, parent);
            context.getSelf().tell(new Register());
            return link.linking(new Standing(false, false, false, settings.heartbeatInterval(), 0, false, false));
        }));
    }

    private Behavior<Command> linking(Standing standing) {
        return Behaviors.receive(Command.class)
                .onMessage(Register.class, command -> onRegister(standing))
                .onMessage(RegisterEnded.class, command -> onRegisterEnded(standing, command))
                .onMessage(RegisterFailed.class, command -> onRegisterFailed(standing, command))
                .onMessage(Beat.class, command -> onBeat(standing))
                .onMessage(BeatEnded.class, command -> onBeatEnded(standing, command))
                .onMessage(BeatFailed.class, command -> onBeatFailed(standing, command))
                .onMessage(EngineIs.class, command -> onEngineIs(standing, command))
                .build();
    }

    private Behavior<Command> onRegister(Standing standing) {
        CompletionStage<RegisterEnded> answer = probe.host()
                .thenCompose(
                        host -> scheduler.register(request(host)).thenApply(reply -> new RegisterEnded(host, reply)));
        context.pipeToSelf(answer, (ended, failure) -> failure == null ? ended : new RegisterFailed(reason(failure)));
        return linking(standing);
    }

    private Behavior<Command> onRegisterEnded(Standing standing, RegisterEnded command) {
        if (command.reply() instanceof RegisterReply.Rejected rejected) {
            context.getLog().error("The scheduler refuses this node: {}", rejected.detail());
            parent.tell(new Unregistered(false, "the scheduler refuses this node: " + rejected.detail()));
            return later(
                    standing.unknown(),
                    new Register(),
                    settings.schedulerBackoff().max());
        }
        RegisterResponse response = ((RegisterReply.Registered) command.reply()).response();
        context.getLog()
                .info(
                        "Node {} is registered with cluster {}, epoch {}",
                        nodeId,
                        response.clusterId(),
                        response.epoch());
        response.warnings().forEach(warning -> context.getLog().warn("The scheduler says of this node: {}", warning));
        parent.tell(new Registered(response));
        boolean complete = command.host().engineVersion().isPresent();
        // Facts of the engine are an answer of it too: an agent that just started must not call it away.
        Standing next = new Standing(
                true,
                complete,
                false,
                response.heartbeatInterval(),
                standing.failures(),
                standing.engineUp() || complete,
                standing.saidUp());
        return onBeat(next);
    }

    private Behavior<Command> onRegisterFailed(Standing standing, RegisterFailed command) {
        Standing next = standing.failed();
        Duration pause = settings.schedulerBackoff().after(next.failures(), random);
        context.getLog().warn("Cannot register, next attempt in {} ms: {}", pause.toMillis(), command.why());
        parent.tell(new Unregistered(standing.registered(), command.why()));
        return later(next, new Register(), pause);
    }

    private Behavior<Command> onBeat(Standing standing) {
        String status = standing.engineUp() ? ACTIVE : Heartbeat.DEGRADED;
        context.pipeToSelf(
                probe.available().thenCompose(free -> scheduler.heartbeat(heartbeat(status, free))),
                (reply, failure) -> failure == null ? new BeatEnded(reply) : new BeatFailed(reason(failure)));
        return linking(standing.said());
    }

    private Behavior<Command> onBeatEnded(Standing standing, BeatEnded command) {
        if (command.reply() instanceof HeartbeatReply.UnknownNode) {
            context.getLog().info("The scheduler does not know node {}: registering again", nodeId);
            parent.tell(new Unregistered(false, "the scheduler does not know this node"));
            if (standing.beaten()) {
                return onRegister(standing.unknown());
            }
            // It forgot what it was told a moment ago: asking at once again would go round in circles.
            Standing next = standing.failed().unknown();
            return later(next, new Register(), settings.schedulerBackoff().after(next.failures(), random));
        }
        if (command.reply() instanceof HeartbeatReply.Rejected rejected) {
            context.getLog().warn("The scheduler refuses a heartbeat: {}", rejected.detail());
        }
        if (standing.failures() > 0) {
            parent.tell(new Answered());
        }
        if (standing.engineUp() != standing.saidUp()) {
            return tellOfEngine(standing.answered());
        }
        if (standing.engineUp() && !standing.complete()) {
            // The engine came back after the scheduler was told of this node without it.
            return later(
                    standing.answered(),
                    new Register(),
                    settings.schedulerBackoff().after(1, random));
        }
        return later(standing.answered(), new Beat(), standing.interval());
    }

    private Behavior<Command> onBeatFailed(Standing standing, BeatFailed command) {
        Standing next = standing.failed();
        Duration pause = settings.schedulerBackoff().after(next.failures(), random);
        Duration bounded = pause.compareTo(standing.interval()) < 0 ? pause : standing.interval();
        context.getLog()
                .warn("The scheduler does not answer, next beat in {} ms: {}", bounded.toMillis(), command.why());
        parent.tell(new Unregistered(true, "the scheduler does not answer: " + command.why()));
        return later(next, new Beat(), bounded);
    }

    private Behavior<Command> onEngineIs(Standing standing, EngineIs command) {
        Standing next = standing.with(command.up());
        if (command.up() != standing.engineUp() && timers.isTimerActive("next")) {
            // News for the scheduler: not only with the next beat.
            timers.cancel("next");
            return tellOfEngine(next);
        }
        return linking(next);
    }

    private Behavior<Command> tellOfEngine(Standing standing) {
        return standing.registered() && (standing.complete() || !standing.engineUp())
                ? onBeat(standing)
                : onRegister(standing);
    }

    private Behavior<Command> later(Standing standing, Command command, Duration pause) {
        timers.startSingleTimer("next", command, pause);
        return linking(standing);
    }

    private RegisterRequest request(HostProbe.Host host) {
        return new RegisterRequest(
                nodeId,
                host.ipAddress(),
                host.hostname(),
                ACTIVE,
                Optional.of(settings.port()),
                Optional.of(host.total().cpu()),
                Optional.of(host.total().memory()),
                Optional.of(settings.labels()),
                Optional.of(host.os()),
                Optional.of(host.kernel()),
                Optional.of(host.architecture()),
                host.engineVersion(),
                Optional.of(version),
                host.engineId().filter(id -> settings.docker().tellEngineId()));
    }

    private Heartbeat heartbeat(String status, Resources free) {
        return new Heartbeat(nodeId, status, free.cpu(), free.memory());
    }

    private static String reason(Throwable failure) {
        Throwable cause = RuntimeFailure.from(failure).getCause();
        return String.valueOf(cause == null || cause.getMessage() == null ? failure.getMessage() : cause.getMessage());
    }
}
