package dev.persys.scheduler.leadership;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.ActorContext;
import akka.actor.typed.javadsl.Behaviors;
import akka.actor.typed.javadsl.TimerScheduler;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerMetrics;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.documents.DocumentsActor;
import dev.persys.scheduler.events.EventAbandoned;
import dev.persys.scheduler.events.EventLog;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.node.LogTail;
import dev.persys.scheduler.node.NodeNews;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.reads.AgeClock;
import dev.persys.scheduler.reads.Directory;
import dev.persys.scheduler.reads.KeptOutput;
import dev.persys.scheduler.reads.Reads;
import dev.persys.scheduler.record.LeadershipLost;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.retention.RetentionSweep;
import dev.persys.scheduler.workload.WorkloadNews;
import dev.persys.store.CommitResult;
import dev.persys.store.Leadership;
import java.time.Duration;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;

/**
 * One term of leadership: parent of all that decide and write under its epoch. Starts them, begins again with a writer
 * that fails, and is stopped as a whole when the leadership is lost. What is asked is answered by {@link Requests}, what
 * follows from what is told is {@link News}.
 */
final class Term {
    sealed interface Command extends TermMessage {}

    /** What was read from the store: the first to come. */
    record Begin(LoadedState loaded) implements Command {}

    /** To start the writers of more workloads; those that are needed before are started before. */
    private record StartMore(Iterator<WorkloadId> waiting) implements Command {}

    /** A request from outside. */
    record Request(SchedulerProtocol.Request<?> request) implements Command {}

    /** The writer of a workload is gone; unless the workload is too, it has failed. */
    record WriterEnded(WorkloadId id) implements Command {}

    /** The writer of a node that is still there has failed. */
    record NodeWriterEnded(NodeId id) implements Command {}

    /** The link to the agent of a node that is still there has failed. */
    record LinkEnded(NodeId id) implements Command {}

    record LinkDue(NodeId id) implements Command {}

    record Reload(Failed failed) implements Command {}

    record Reloaded(Failed failed, LoadedState read) implements Command {}

    record Settled(Failed failed, CommitResult result) implements Command {}

    record ReloadFailed(Failed failed, Throwable cause) implements Command {}

    private enum CountsDue implements Command {
        INSTANCE
    }

    private enum RetentionDue implements Command {
        INSTANCE
    }

    private static final Duration COUNTS_INTERVAL = Duration.ofSeconds(5);

    /** How many writers are started before what has come meanwhile gets its turn: some milliseconds' worth. */
    private static final int STARTED_AT_ONCE = 64;

    private final Leadership leadership;
    private final ActorRef<Leader.Command> leader;
    private final ActorRef<EventLog.Command> events;
    private final EventNumbers numbers;
    private final ActorContext<TermMessage> context;
    private final Directory directory;
    private final Writers writers;
    private final RetentionSweep retention;
    private final Requests requests;
    private final News news;
    private final Revival revival;

    private Term(
            ActorContext<TermMessage> context,
            TimerScheduler<TermMessage> timers,
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<Leader.Command> leader,
            LoadedState loaded) {
        SchedulerSettings settings = environment.settings();
        this.context = context;
        this.leadership = leadership;
        this.leader = leader;
        AgeClock ages = AgeClock.startingAt(
                loaded.labels(),
                environment.clock().instant(),
                settings.retention().longestGap(),
                environment.ticker());
        this.directory = new Directory(ages);
        ActorRef<PlacementActor.Command> placement = Writers.spawnVital(
                context,
                PlacementActor.create(
                        loaded.clusterView(settings),
                        settings.placementPolicy(),
                        environment.clock(),
                        environment.ticker()),
                "placement");
        this.numbers = new EventNumbers(leadership.epoch());
        this.events = Writers.spawnVital(
                context, EventLog.create(environment, leadership, numbers, context.getSelf()), "events");
        events.tell(new EventLog.Begin(loaded.events()));
        this.writers = new Writers(context, environment, leadership, directory, placement, numbers);
        this.retention = new RetentionSweep(directory, writers::signal, settings, ages);
        KeptOutput output =
                new KeptOutput(environment.store(), new LogTail(settings.logTailBytes()), context.getSystem());
        this.requests = new Requests(
                environment,
                directory,
                writers,
                new Reads(directory, placement, leadership, environment.store(), output),
                events,
                retention,
                Writers.spawnVital(
                        context, DocumentsActor.create(environment, leadership, context.getSelf()), "documents"));
        this.news = new News(environment, leadership, leader, directory, writers, placement, events, retention);
        this.revival =
                new Revival(context, timers, environment, leadership.epoch(), directory, writers, placement, news);
        timers.startTimerWithFixedDelay(CountsDue.INSTANCE, COUNTS_INTERVAL);
        timers.startTimerWithFixedDelay(RetentionDue.INSTANCE, settings.retentionInterval());
        loaded.workloads().forEach(workload -> directory.read(workload.value(), workload.revision()));
        // Those that beat are connected to before those that do not.
        loaded.nodes().stream()
                .sorted(Comparator.comparing(node -> node.value().status() != NodeStatus.ACTIVE))
                .forEach(writers::loadNode);
    }

    /** Waits for {@link Begin}: what was read is no part of what Akka keeps for as long as the term lasts. */
    static Behavior<TermMessage> create(
            SchedulerEnvironment environment, Leadership leadership, ActorRef<Leader.Command> leader) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> Behaviors.receive(TermMessage.class)
                .onMessage(Begin.class, begin -> onBegin(begin, context, timers, environment, leadership, leader))
                .build()));
    }

    private static Behavior<TermMessage> onBegin(
            Begin command,
            ActorContext<TermMessage> context,
            TimerScheduler<TermMessage> timers,
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<Leader.Command> leader) {
        Term term = new Term(context, timers, environment, leadership, leader, command.loaded());
        leader.tell(new Leader.TermBegan(leadership.epoch()));
        List<WorkloadId> ids = command.loaded().workloads().stream()
                .map(workload -> workload.value().id())
                .toList();
        context.getSelf().tell(new StartMore(ids.iterator()));
        return term.leading();
    }

    private Behavior<TermMessage> leading() {
        return Behaviors.receive(TermMessage.class)
                .onMessage(Request.class, this::onRequest)
                .onMessage(StartMore.class, this::onStartMore)
                .onMessage(NodeNews.class, this::onNodeNews)
                .onMessage(WorkloadNews.class, this::onWorkloadNews)
                .onMessage(EventAbandoned.class, this::onEventAbandoned)
                .onMessage(LeadershipLost.class, this::onLeadershipLost)
                .onMessage(WriterEnded.class, this::onWriterEnded)
                .onMessage(NodeWriterEnded.class, this::onNodeWriterEnded)
                .onMessage(LinkEnded.class, this::onLinkEnded)
                .onMessage(LinkDue.class, this::onLinkDue)
                .onMessage(Reload.class, this::onReload)
                .onMessage(Reloaded.class, this::onReloaded)
                .onMessage(Settled.class, this::onSettled)
                .onMessage(ReloadFailed.class, this::onReloadFailed)
                .onMessage(CountsDue.class, command -> onCountsDue())
                .onMessage(RetentionDue.class, command -> onRetentionDue())
                .build();
    }

    private Behavior<TermMessage> onRequest(Request command) {
        command.request().handOver(requests);
        return Behaviors.same();
    }

    private Behavior<TermMessage> onStartMore(StartMore command) {
        for (int i = 0; i < STARTED_AT_ONCE && command.waiting().hasNext(); i++) {
            writers.start(command.waiting().next());
        }
        if (command.waiting().hasNext()) {
            context.getSelf().tell(command);
        }
        return Behaviors.same();
    }

    private Behavior<TermMessage> onNodeNews(NodeNews told) {
        if (told instanceof NodeNews.Committed committed) {
            revival.written(committed);
        }
        told.tell(news);
        return Behaviors.same();
    }

    private Behavior<TermMessage> onWorkloadNews(WorkloadNews told) {
        if (told instanceof WorkloadNews.Committed committed) {
            revival.written(committed);
        }
        told.tell(news);
        return Behaviors.same();
    }

    private Behavior<TermMessage> onEventAbandoned(EventAbandoned told) {
        events.tell(new EventLog.Abandoned(told.event()));
        return Behaviors.same();
    }

    private Behavior<TermMessage> onLeadershipLost(LeadershipLost told) {
        leader.tell(new Leader.TermEnded(leadership.epoch(), told.why()));
        return Behaviors.stopped();
    }

    private Behavior<TermMessage> onWriterEnded(WriterEnded command) {
        if (directory.writer(command.id()).isPresent()) {
            revival.begin(new Failed.OfWorkload(command.id()));
        }
        return Behaviors.same();
    }

    private Behavior<TermMessage> onNodeWriterEnded(NodeWriterEnded command) {
        revival.begin(new Failed.OfNode(command.id()));
        return Behaviors.same();
    }

    private Behavior<TermMessage> onLinkEnded(LinkEnded command) {
        revival.relink(command.id());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onLinkDue(LinkDue command) {
        revival.linkDue(command.id());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onReload(Reload command) {
        revival.read(command.failed());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onReloaded(Reloaded command) {
        // Taken before another writer of that record takes numbers of its own.
        List<Long> open = numbers.unsettledOf(command.failed().key());
        events.tell(new EventLog.WriterFailed(command.failed().key(), open));
        revival.goOn(command.failed(), command.read());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onSettled(Settled command) {
        revival.settled(command.failed(), command.result());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onReloadFailed(ReloadFailed command) {
        revival.notRead(command.failed(), command.cause());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onCountsDue() {
        SchedulerMetrics.INSTANCE.counts(directory.workloadCounts(), directory.healthCounts(), directory.nodeCounts());
        return Behaviors.same();
    }

    private Behavior<TermMessage> onRetentionDue() {
        retention.pass();
        return Behaviors.same();
    }
}
