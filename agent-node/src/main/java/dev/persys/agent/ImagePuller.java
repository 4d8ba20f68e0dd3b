package dev.persys.agent;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.Attempt;
import dev.persys.model.ImageReference;
import dev.persys.model.PullProgress;
import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerRuntime;
import dev.persys.runtime.ContainerRuntime.Pull;
import dev.persys.runtime.RuntimeFailure;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;

/**
 * Owns the fetching of images: one fetch an image however many workloads want it, a bounded number at once and of these
 * from one registry, and another attempt where the failure may pass. A fetch that nobody waits for any more is given up.
 */
final class ImagePuller {
    sealed interface Command {}

    /**
     * Wants an image; answered with any number of {@link Progressing}, then one of the others.
     *
     * @param request comes back with every answer
     */
    record Fetch(
            WorkloadId workloadId, long request, String image, Optional<String> credentials, ActorRef<Update> replyTo)
            implements Command {}

    /** Wants it no more. */
    record GiveUp(WorkloadId workloadId) implements Command {}

    private record Progressed(Key key, long pullNumber) implements Command {}

    private record Ended(Key key, long pullNumber, Optional<RuntimeFailure> failure) implements Command {}

    /** Whether it was the engine, and not a registry, that failed a fetch. */
    private record Blamed(Key key, long pullNumber, RuntimeFailure failure, boolean engine) implements Command {}

    private record Retry(Key key, long pullNumber) implements Command {}

    /** What a workload is told of its fetch. */
    record Update(long request, News news) {}

    sealed interface News {}

    /**
     * It goes on.
     *
     * @param message what it waits for, or why an attempt failed; empty while the first one goes on
     * @param next the attempt that follows a pause; absent while there is one
     */
    record Progressing(String message, Optional<PullProgress> progress, Optional<Attempt> next) implements News {}

    record Fetched() implements News {}

    record FetchFailed(String message) implements News {}

    private record Waiter(long request, ActorRef<Update> replyTo) {
        void tell(News news) {
            replyTo.tell(new Update(request, news));
        }
    }

    private record Key(String image, Optional<String> credentials) {
        /** The registry's host; what is no reference has none, and is refused when its turn comes. */
        String registry() {
            return ImageReference.parse(image).map(ImageReference::registryHost).orElse("");
        }
    }

    private record ProgressTimer(Key key, long pullNumber) {}

    /** One fetch; changed in place by its actor only, except for {@code pending}. */
    private static final class Fetching {
        final Map<WorkloadId, Waiter> waiters = new LinkedHashMap<>();
        final AtomicReference<PullProgress> pending = new AtomicReference<>();
        Optional<PullProgress> progress = Optional.empty();
        Optional<Pull> pull = Optional.empty();
        long pullNumber;
        int failures;
        int refusals;
        boolean isQueued = true;
        Optional<Attempt> next = Optional.empty();
        String waiting = "";
        String message = "";

        Progressing progressing() {
            String both = waiting + (waiting.isEmpty() || message.isEmpty() ? "" : "; ") + message;
            return new Progressing(both, progress, next);
        }
    }

    private final ActorContext<Command> context;
    private final TimerScheduler<Command> timers;
    private final ContainerRuntime runtime;
    private final int maxPulls;
    private final int maxPullsPerRegistry;
    private final int attempts;
    private final Duration progressInterval;
    private final Backoff backoff;
    private final RandomGenerator random;
    private final Map<Key, Fetching> fetches = new LinkedHashMap<>();
    private long pulls;

    private ImagePuller(
            ActorContext<Command> context,
            TimerScheduler<Command> timers,
            ContainerRuntime runtime,
            AgentSettings settings,
            RandomGenerator random) {
        this.context = context;
        this.timers = timers;
        this.runtime = runtime;
        this.maxPulls = settings.maxPulls();
        this.maxPullsPerRegistry = settings.maxPullsPerRegistry();
        this.attempts = settings.pullAttempts();
        this.progressInterval = settings.pullProgressInterval();
        this.backoff = settings.pullBackoff();
        this.random = random;
    }

    static Behavior<Command> create(ContainerRuntime runtime, AgentSettings settings, RandomGenerator random) {
        return Behaviors.setup(context ->
                Behaviors.withTimers(timers -> new ImagePuller(context, timers, runtime, settings, random).fetching()));
    }

    private Behavior<Command> fetching() {
        return Behaviors.receive(Command.class)
                .onMessage(Fetch.class, this::onFetch)
                .onMessage(GiveUp.class, this::onGiveUp)
                .onMessage(Progressed.class, this::onProgressed)
                .onMessage(Ended.class, this::onEnded)
                .onMessage(Blamed.class, this::onBlamed)
                .onMessage(Retry.class, this::onRetry)
                .build();
    }

    private Behavior<Command> onFetch(Fetch command) {
        Fetching fetching =
                fetches.computeIfAbsent(new Key(command.image(), command.credentials()), key -> new Fetching());
        Waiter waiter = new Waiter(command.request(), command.replyTo());
        fetching.waiters.put(command.workloadId(), waiter);
        waiter.tell(fetching.progressing());
        startWaiting();
        return Behaviors.same();
    }

    private Behavior<Command> onGiveUp(GiveUp command) {
        fetches.entrySet().removeIf(entry -> {
            Fetching fetching = entry.getValue();
            boolean wasLast = fetching.waiters.remove(command.workloadId()) != null && fetching.waiters.isEmpty();
            if (wasLast) {
                context.getLog()
                        .info(
                                "Nobody wants image {} any more: its fetch is given up",
                                entry.getKey().image());
                timers.cancel(entry.getKey());
                timers.cancel(new ProgressTimer(entry.getKey(), fetching.pullNumber));
                fetching.pull.ifPresent(Pull::cancel);
            }
            return wasLast;
        });
        startWaiting();
        return Behaviors.same();
    }

    /** Told at most once an interval; what comes meanwhile waits for the interval's end, the newest alone. */
    private Behavior<Command> onProgressed(Progressed command) {
        ProgressTimer interval = new ProgressTimer(command.key(), command.pullNumber());
        if (timers.isTimerActive(interval)) {
            return Behaviors.same();
        }
        current(command.key(), command.pullNumber())
                .ifPresent(fetching -> Optional.ofNullable(fetching.pending.getAndSet(null))
                        .ifPresent(progress -> {
                            fetching.progress = Optional.of(progress);
                            tell(fetching, fetching.progressing());
                            timers.startSingleTimer(interval, command, progressInterval);
                        }));
        return Behaviors.same();
    }

    private Behavior<Command> onEnded(Ended command) {
        current(command.key(), command.pullNumber()).ifPresent(fetching -> {
            fetching.pull = Optional.empty();
            String image = command.key().image();
            if (command.failure().isEmpty()) {
                context.getLog().info("Image {} was fetched", image);
                end(command.key(), fetching, new Fetched());
            } else if (command.failure().get().isTransient()) {
                blame(command.key(), command.pullNumber(), command.failure().get());
            } else {
                fail(command.key(), fetching, command.failure().get().getMessage());
            }
        });
        startWaiting();
        return Behaviors.same();
    }

    private void blame(Key key, long pullNumber, RuntimeFailure failure) {
        context.pipeToSelf(runtime.ping(), (done, noAnswer) -> new Blamed(key, pullNumber, failure, noAnswer != null));
    }

    /** An engine that is away says nothing about the image: what it cost is no attempt. */
    private Behavior<Command> onBlamed(Blamed command) {
        current(command.key(), command.pullNumber()).ifPresent(fetching -> {
            fetching.refusals += command.engine() ? 0 : 1;
            if (fetching.refusals < attempts) {
                retry(command.key(), fetching, command.failure(), command.engine());
            } else {
                fail(
                        command.key(),
                        fetching,
                        command.failure().getMessage() + " (attempt " + attempts + " of " + attempts + ")");
            }
        });
        return Behaviors.same();
    }

    private void fail(Key key, Fetching fetching, String message) {
        context.getLog().warn("Image {} cannot be fetched: {}", key.image(), message);
        end(key, fetching, new FetchFailed(message));
    }

    private Behavior<Command> onRetry(Retry command) {
        current(command.key(), command.pullNumber()).ifPresent(fetching -> fetching.isQueued = true);
        startWaiting();
        return Behaviors.same();
    }

    private void retry(Key key, Fetching fetching, RuntimeFailure failure, boolean engine) {
        fetching.failures++;
        Duration pause = backoff.after(fetching.failures, random);
        context.getLog()
                .warn(
                        "Attempt {} of {} to fetch image {} failed, the next is in {} ms: {}",
                        fetching.refusals,
                        attempts,
                        key.image(),
                        pause.toMillis(),
                        failure.getMessage());
        fetching.message = engine
                ? failure.getMessage()
                : "attempt " + fetching.refusals + " of " + attempts + " failed: " + failure.getMessage();
        fetching.next = engine ? Optional.empty() : Optional.of(new Attempt(fetching.refusals + 1, attempts, pause));
        fetching.progress = Optional.empty();
        fetching.pending.set(null);
        tell(fetching, fetching.progressing());
        timers.startSingleTimer(key, new Retry(key, fetching.pullNumber), pause);
    }

    private void end(Key key, Fetching fetching, News news) {
        fetches.remove(key);
        tell(fetching, news);
    }

    /** In the order in which they were wanted, as far as there are places; the others are told what they wait for. */
    private void startWaiting() {
        int running = 0;
        Map<String, Integer> ofRegistry = new HashMap<>();
        for (Map.Entry<Key, Fetching> entry : fetches.entrySet()) {
            if (entry.getValue().pull.isPresent()) {
                running++;
                ofRegistry.merge(entry.getKey().registry(), 1, Integer::sum);
            }
        }
        for (Map.Entry<Key, Fetching> entry : fetches.entrySet()) {
            if (!entry.getValue().isQueued) {
                continue;
            }
            String registry = entry.getKey().registry();
            int there = ofRegistry.getOrDefault(registry, 0);
            if (running >= maxPulls) {
                await(entry.getValue(), "waiting for a place: " + beingFetched(running));
            } else if (there >= maxPullsPerRegistry) {
                await(entry.getValue(), "waiting for a place: " + beingFetched(there) + " from " + registry);
            } else {
                running++;
                ofRegistry.put(registry, there + 1);
                start(entry.getKey(), entry.getValue());
            }
        }
    }

    private static String beingFetched(int images) {
        return images == 1 ? "1 image is being fetched" : images + " images are being fetched";
    }

    private static void await(Fetching fetching, String why) {
        if (!fetching.waiting.equals(why)) {
            fetching.waiting = why;
            tell(fetching, fetching.progressing());
        }
    }

    private void start(Key key, Fetching fetching) {
        fetching.isQueued = false;
        if (!fetching.waiting.isEmpty() || fetching.next.isPresent()) {
            fetching.waiting = "";
            fetching.next = Optional.empty();
            tell(fetching, fetching.progressing());
        }
        fetching.pullNumber = ++pulls;
        long number = fetching.pullNumber;
        ActorRef<Command> self = context.getSelf();
        AtomicReference<PullProgress> pending = fetching.pending;
        context.getLog().info("Fetching image {}", key.image());
        Pull pull = runtime.pull(key.image(), key.credentials(), next -> {
            // A line comes every few kilobytes: only the first since the actor looked is a message.
            if (pending.getAndSet(next) == null) {
                self.tell(new Progressed(key, number));
            }
        });
        fetching.pull = Optional.of(pull);
        context.pipeToSelf(
                pull.done(),
                (done, failure) ->
                        new Ended(key, number, Optional.ofNullable(failure).map(RuntimeFailure::from)));
    }

    private Optional<Fetching> current(Key key, long pullNumber) {
        return Optional.ofNullable(fetches.get(key)).filter(fetching -> fetching.pullNumber == pullNumber);
    }

    private static void tell(Fetching fetching, News news) {
        fetching.waiters.values().forEach(waiter -> waiter.tell(news));
    }
}
