package dev.persys.scheduler.node;

import dev.persys.api.ClusterEvent;
import dev.persys.api.RecordJson;
import dev.persys.model.Node;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.Stored;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.util.List;
import java.util.Optional;

/**
 * A decision about a node on its way into the store.
 *
 * @param next absent where the record goes away
 * @param asker who waits for it
 * @param event that is written with it
 */
record NodeWrite(
        Optional<Node> next, Stored<Node> before, Optional<Asker<Stored<Node>, ?>> asker, Optional<ClusterEvent> event)
        implements RecordWriter.Write {
    @Override
    public List<Change> changes(List<Entry> beside) {
        String key = Keys.node(before.value().id());
        Change record = next.<Change>map(node -> new Change.Put(key, RecordJson.write(node), before.revision()))
                .orElseGet(() -> new Change.Delete(key, before.revision()));
        return EventNumbers.with(record, event);
    }
}
