package dev.persys.scheduler.documents;

import akka.actor.typed.ActorRef;
import akka.actor.typed.Behavior;
import akka.actor.typed.PostStop;
import akka.actor.typed.javadsl.Behaviors;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.protocol.Reply;
import dev.persys.scheduler.PublishedDocuments;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.TermMessage;
import dev.persys.scheduler.record.TurnedAway;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.Leadership;
import dev.persys.store.Snapshot;
import java.util.List;
import java.util.Optional;

/**
 * Sole writer of the documents. Reads them when its term begins, without the term having to wait for that, and says to the
 * process which there are each time some were written.
 */
public final class DocumentsActor implements RecordWriter.Owner<DocumentsActor.Command, DocumentsWrite> {
    public sealed interface Command {}

    /** See {@link dev.persys.protocol.SchedulerProtocol.ChangeDocuments}. */
    public record Change(List<DocumentChange> changes, ActorRef<Reply<List<Document>>> replyTo) implements Command {}

    private record Loaded(List<Entry> entries) implements Command {}

    private record LoadFailed(Throwable cause) implements Command {}

    private enum LoadDue implements Command {
        INSTANCE
    }

    private record Writing(RecordWriter.Step step) implements Command {}

    private final RecordWriter.Means<Command> means;
    private final SchedulerEnvironment environment;
    private final RecordWriter<Command, DocumentsWrite> writer;
    private final DocumentTable table = new DocumentTable();
    private Optional<PublishedDocuments.Copy> published = Optional.empty();
    private int failures;

    private DocumentsActor(
            RecordWriter.Means<Command> means,
            SchedulerEnvironment environment,
            Leadership leadership,
            ActorRef<TermMessage> term) {
        this.means = means;
        this.environment = environment;
        this.writer = new RecordWriter<>(
                means, new RecordWriter.Mandate(environment, leadership.epoch(), term), this, Writing::new);
    }

    public static Behavior<Command> create(
            SchedulerEnvironment environment, Leadership leadership, ActorRef<TermMessage> term) {
        return RecordWriter.Means.given(environment.settings(), means -> {
            DocumentsActor actor = new DocumentsActor(means, environment, leadership, term);
            actor.load();
            return actor.loading();
        });
    }

    private void load() {
        means.context()
                .pipeToSelf(
                        environment.store().load(List.of(Keys.DOCUMENTS)),
                        (Snapshot found, Throwable failure) ->
                                failure == null ? new Loaded(found.entries()) : new LoadFailed(failure));
    }

    private Behavior<Command> loading() {
        return Behaviors.receive(Command.class)
                .onMessage(Loaded.class, this::onLoaded)
                .onMessage(LoadFailed.class, this::onLoadFailed)
                .onMessage(LoadDue.class, command -> onLoadDue())
                .onMessage(Change.class, writer::keep)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> onLoaded(Loaded command) {
        List<String> strange = table.load(command.entries());
        if (!strange.isEmpty()) {
            means.context()
                    .getLog()
                    .warn(
                            "{} keys are no documents that this version knows, {} the first",
                            strange.size(),
                            strange.get(0));
        }
        publish();
        return writer.release(running());
    }

    private Behavior<Command> onLoadFailed(LoadFailed command) {
        failures++;
        means.context()
                .getLog()
                .warn(
                        "the documents cannot be read, trying again: {}",
                        command.cause().toString());
        means.timers().startSingleTimer(LoadDue.INSTANCE, environment.settings().storeRetry(failures));
        return Behaviors.same();
    }

    private Behavior<Command> onLoadDue() {
        load();
        return Behaviors.same();
    }

    private Behavior<Command> running() {
        return Behaviors.receive(Command.class)
                .onMessage(Change.class, this::onChange)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> writing() {
        return Behaviors.receive(Command.class)
                .onMessage(Writing.class, this::onWriting)
                .onMessage(Change.class, writer::keep)
                .onSignal(PostStop.class, signal -> onStopped())
                .build();
    }

    private Behavior<Command> onChange(Change command) {
        Optional<Reply<List<Document>>> refusal = table.refusal(command.changes());
        if (refusal.isPresent()) {
            command.replyTo().tell(refusal.get());
            return Behaviors.same();
        }
        writer.write(new DocumentsWrite(
                command.changes(),
                Optional.of(
                        new Asker<>(command.replyTo(), put -> command.replyTo().tell(new Reply.Ok<>(put))))));
        return writing();
    }

    private Behavior<Command> onWriting(Writing command) {
        return writer.on(command.step());
    }

    @Override
    public Behavior<Command> onWritten(DocumentsWrite write, long revision) {
        List<Document> put = table.apply(write.documents(), revision);
        publish(); // Before it is answered: whoever was told that a token is gone does not see it used after that.
        write.asker().ifPresent(asker -> asker.durable(put));
        return running();
    }

    @Override
    public Behavior<Command> onRefused(DocumentsWrite write) {
        return running();
    }

    @Override
    public Behavior<Command> onUnneeded(DocumentsWrite write) {
        return running();
    }

    @Override
    public boolean comesOnce(Command command) {
        return false;
    }

    @Override
    public boolean isAsked(Command command) {
        return command instanceof Change;
    }

    @Override
    public void turnAway(Command command, TurnedAway why) {
        if (command instanceof Change change) {
            change.replyTo().tell(why.reply());
        }
    }

    private void publish() {
        PublishedDocuments.Copy copy = table.copy();
        environment.documents().publish(copy);
        published = Optional.of(copy);
    }

    private Behavior<Command> onStopped() {
        published.ifPresent(environment.documents()::takeBack);
        return writer.onStopped();
    }
}
