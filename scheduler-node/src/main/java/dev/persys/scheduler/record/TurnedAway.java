package dev.persys.scheduler.record;

import dev.persys.protocol.Reply;
import dev.persys.store.StoreTrouble;
import java.util.Optional;

/**
 * Why a request about a record is not answered, and is to be sent again.
 *
 * @param trouble of the store, where that is why
 */
public record TurnedAway(String detail, Optional<StoreTrouble> trouble) {
    /** Too much waits already. */
    public static final TurnedAway BUSY =
            new TurnedAway("too much is waiting for this record to be written; ask again later");

    /** Nobody here knows what comes of it. */
    public static final TurnedAway DEPOSED =
            new TurnedAway("this scheduler has just lost its leadership, or begins again with this record; ask again");

    /** The record is not what was last written to it. */
    public static final TurnedAway READ_AGAIN =
            new TurnedAway("the record was changed by somebody else and is read again; ask again in a moment");

    private TurnedAway(String detail) {
        this(detail, Optional.empty());
    }

    /** The store takes no writes, and nothing was changed. */
    static TurnedAway unchanged(StoreTrouble trouble) {
        return new TurnedAway(trouble.detail() + " Nothing was changed", Optional.of(trouble));
    }

    /** The store takes no writes, and may have taken this one before it said so. */
    static TurnedAway unknown(StoreTrouble trouble) {
        return new TurnedAway(
                trouble.detail() + " Whether this was changed is not known: look before it is asked for again",
                Optional.of(trouble));
    }

    public <T> Reply<T> reply() {
        return new Reply.Unavailable<>(detail, trouble);
    }
}
