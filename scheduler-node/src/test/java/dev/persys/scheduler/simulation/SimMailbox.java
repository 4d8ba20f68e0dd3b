package dev.persys.scheduler.simulation;

import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.dispatch.Envelope;
import akka.dispatch.MailboxType;
import akka.dispatch.MessageQueue;
import akka.dispatch.ProducesMessageQueue;
import akka.dispatch.UnboundedMessageQueueSemantics;
import com.typesafe.config.Config;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import scala.Option;

/** Mailboxes whose traffic the simulation sees. Named in the configuration, which is why it has this constructor. */
final class SimMailbox implements MailboxType, ProducesMessageQueue<SimMailbox.Queue> {
    private final SimDispatch dispatch;

    /** Called by Akka. */
    SimMailbox(ActorSystem.Settings settings, Config config) {
        dispatch = settings.setup().get(SimDispatch.class).orElseThrow();
    }

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new Queue(dispatch, owner.isEmpty() ? Optional.empty() : Optional.of(owner.get()));
    }

    static final class Queue implements MessageQueue, UnboundedMessageQueueSemantics {
        private final SimDispatch dispatch;
        private final Optional<ActorRef> owner;
        private final String path;
        private final long number;
        private final java.util.Queue<Envelope> messages = new ConcurrentLinkedQueue<>();

        Queue(SimDispatch dispatch, Optional<ActorRef> owner) {
            this.dispatch = dispatch;
            this.owner = owner;
            this.path =
                    owner.map(actor -> actor.path().toStringWithoutAddress()).orElse("");
            this.number = dispatch.add(this);
        }

        /** The actor; a queue of the system itself has none. */
        Optional<ActorRef> owner() {
            return owner;
        }

        String path() {
            return path;
        }

        long number() {
            return number;
        }

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            Object message = dispatch.observer().sent(path, envelope.message());
            if (message == envelope.message()) {
                messages.add(envelope);
            } else if (message != null) {
                messages.add(new Envelope(message, envelope.sender()));
            }
        }

        @Override
        public Envelope dequeue() {
            Envelope next = messages.poll();
            if (next != null && !dispatch.isDead(path)) {
                dispatch.observer().handled(path, next.message());
            }
            return next;
        }

        @Override
        public int numberOfMessages() {
            return messages.size();
        }

        @Override
        public boolean hasMessages() {
            return !messages.isEmpty();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            messages.clear();
            dispatch.remove(this);
        }
    }
}
