package dev.persys.scheduler.node;

import akka.stream.UniqueKillSwitch;
import dev.persys.model.NodeReason;
import java.time.Duration;
import java.util.Optional;

/**
 * How the stream of one agent's events goes: whether it is followed, from which event on, and what is wrong with it.
 * Confined to the {@link AgentLink}.
 */
final class Subscription {
    private record Silence(Trouble trouble, Duration lasted) {}

    private boolean begun;
    private boolean unsettled;
    private int timesGone;
    private int attempts;
    private Optional<Trouble> trouble = Optional.empty();
    private Optional<Silence> silence = Optional.empty();
    private Optional<String> lastEvent = Optional.empty();
    private Optional<UniqueKillSwitch> stream = Optional.empty();

    /** What went before has failed: it is not well before it has gone well for a while. */
    void doubt(Trouble why) {
        unsettled = true;
        trouble = Optional.of(why);
    }

    /** Whether the stream is open, or on its way. */
    boolean isBegun() {
        return begun;
    }

    boolean isOpen() {
        return stream.isPresent();
    }

    Optional<Trouble> trouble() {
        return trouble.or(() -> silence.map(Silence::trouble));
    }

    /** How long what is wrong had been so when it was noticed. */
    Duration lasted() {
        return trouble.isPresent()
                ? Duration.ZERO
                : silence.map(Silence::lasted).orElse(Duration.ZERO);
    }

    /** Whether nobody is there, as far as is known. */
    boolean isAway() {
        return trouble().filter(Trouble::isOfConnection).isPresent();
    }

    /** How often in a row it came to nothing. */
    int attempts() {
        return attempts;
    }

    /** Whether to follow from a complete inventory: there is no event to go on from, or that comes to nothing. */
    boolean wantsInventory() {
        return lastEvent.isEmpty() || attempts > 1;
    }

    /**
     * The stream is asked for.
     *
     * @return the event behind which it goes on; absent for what happens from now on
     */
    Optional<String> begin() {
        begun = true;
        return lastEvent;
    }

    /** A complete inventory shows what happened up to this event. */
    void goOnFrom(String cursor) {
        lastEvent = Optional.of(cursor);
    }

    /** An event came. */
    void arrived(String event) {
        lastEvent = Optional.of(event);
    }

    /**
     * The stream is there.
     *
     * @return whether that is enough for it to be well: an agent whose last stream broke at once, or could not be read, is
     *     not well by opening another
     */
    boolean opened(UniqueKillSwitch opened) {
        stream = Optional.of(opened);
        timesGone = 0;
        return !unsettled;
    }

    /** It has been good for long enough; false where it is over. */
    boolean settled() {
        unsettled &= stream.isEmpty();
        return stream.isPresent();
    }

    /**
     * The stream is open, and nothing comes on it, so that nobody may be there: until something comes again, or the agent
     * answers something else.
     *
     * @param lasted how much of that counts as trouble already
     */
    void silent(Trouble why, Duration lasted) {
        silence = stream.map(open -> new Silence(why, lasted));
    }

    void sounds() {
        silence = Optional.empty();
    }

    void works() {
        trouble = Optional.empty();
        attempts = 0;
    }

    /**
     * The agent does not keep the event behind which to go on: an inventory tells what the events told.
     *
     * @return what is wrong with one that lacks even those behind its inventory
     */
    Optional<Trouble> gone() {
        begun = false;
        lastEvent = Optional.empty();
        timesGone++;
        return timesGone > 1
                ? Optional.of(new Trouble(
                        NodeReason.MALFORMED_ANSWERS, "its agent has no events from where its own list ends", false))
                : Optional.empty();
    }

    /**
     * The stream is over, or there was none. An event that cannot be read is passed over: a complete inventory tells what
     * it told.
     *
     * @param early whether it ended before it could count as good
     */
    void ended(Trouble why, boolean early) {
        begun = false;
        unsettled |= stream.isPresent() && early;
        stream = Optional.empty();
        silence = Optional.empty();
        if (why.reason() == NodeReason.MALFORMED_ANSWERS) {
            unsettled = true;
            lastEvent = Optional.empty();
        }
    }

    /**
     * The agent could not be followed.
     *
     * @return whether that is news
     */
    boolean failed(Trouble why) {
        attempts++;
        boolean isNew = trouble.filter(why::equals).isEmpty();
        trouble = Optional.of(why);
        return isNew;
    }

    /** The agent is heard: it is worth an attempt. */
    void encouraged() {
        attempts = 0;
    }

    /** The agent answers something else. */
    void answers() {
        silence = Optional.empty();
        if (isAway()) {
            trouble = trouble.map(why -> new Trouble(NodeReason.ORDERS_REFUSED, why.sentence(), why.notTaken()));
        }
    }

    void close() {
        stream.ifPresent(UniqueKillSwitch::shutdown);
    }
}
