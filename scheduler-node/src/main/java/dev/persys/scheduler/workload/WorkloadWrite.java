package dev.persys.scheduler.workload;

import dev.persys.api.ClusterEvent;
import dev.persys.api.KeptSpecs;
import dev.persys.api.RecordJson;
import dev.persys.lifecycle.Outcome;
import dev.persys.model.Workload;
import dev.persys.scheduler.events.EventNumbers;
import dev.persys.scheduler.record.Asker;
import dev.persys.scheduler.record.RecordWriter;
import dev.persys.scheduler.record.Stored;
import dev.persys.store.Change;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/** A decision on its way into the store. */
record WorkloadWrite(
        Outcome.Changed change,
        Stored<Workload> before,
        Optional<Asker<Stored<Workload>, ?>> asker,
        Optional<ClusterEvent> event,
        Instant now)
        implements RecordWriter.Write {
    /**
     * Output is kept of what has its last lines in the record; it changes by itself, and goes with the record. So do
     * specifications, of what has had more than one.
     */
    @Override
    public List<String> beside() {
        List<String> keys = new ArrayList<>();
        boolean goes = change.next().isEmpty() && !before.value().logs().isEmpty();
        if (goes || change.output().isPresent()) {
            keys.add(logs());
        }
        boolean hasSpecs = before.value().versions().current() > 1;
        if (changesSpec() || (change.next().isEmpty() && hasSpecs)) {
            keys.add(specs());
        }
        return keys;
    }

    private boolean changesSpec() {
        return change.next()
                .filter(next ->
                        next.versions().current() > before.value().versions().current())
                .isPresent();
    }

    @Override
    public List<Change> changes(List<Entry> beside) {
        String key = Keys.workload(before.value().id());
        Optional<Entry> kept = entry(beside, logs());
        Optional<String> output = change.output().filter(text -> !text.isEmpty());
        if (change.output().isPresent()
                && output.equals(kept.map(Entry::value))
                && change.next().map(WorkloadWrite::settled).equals(Optional.of(settled(before.value())))) {
            return List.of();
        }
        Change record = change.next()
                .<Change>map(next -> new Change.Put(key, RecordJson.write(next), before.revision()))
                .orElseGet(() -> new Change.Delete(key, before.revision()));
        long expected = kept.map(Entry::revision).orElse(Change.ABSENT);
        Optional<Change> tail = output.<Change>map(text -> new Change.Put(logs(), text, expected))
                .or(() -> kept.map(entry -> new Change.Delete(entry.key(), expected)));
        return Stream.of(EventNumbers.with(record, event).stream(), tail.stream(), specs(beside).stream())
                .flatMap(Function.identity())
                .toList();
    }

    /** That no more was found than is kept is worth no write: whoever takes over looks once more. */
    private static Workload settled(Workload workload) {
        return workload.withOutputDue(false);
    }

    private Optional<Change> specs(List<Entry> beside) {
        Optional<Entry> kept = entry(beside, specs());
        if (!changesSpec()) {
            return change.next().isPresent()
                    ? Optional.empty()
                    : kept.map(entry -> new Change.Delete(entry.key(), entry.revision()));
        }
        KeptSpecs all = KeptSpecs.of(before.value(), kept.map(Entry::value));
        return Optional.of(new Change.Put(
                specs(),
                all.with(change.last(), now).write(),
                kept.map(Entry::revision).orElse(Change.ABSENT)));
    }

    private static Optional<Entry> entry(List<Entry> beside, String key) {
        return beside.stream().filter(entry -> entry.key().equals(key)).findFirst();
    }

    private String specs() {
        return Keys.specs(before.value().id());
    }

    private String logs() {
        return Keys.logs(before.value().id());
    }
}
