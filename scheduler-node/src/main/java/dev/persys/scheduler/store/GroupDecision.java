package dev.persys.scheduler.store;

import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a group of writes comes to, decided one after the other as if each were durable before the next. The answers
 * may be given only once the records are.
 */
final class GroupDecision {
    private final MemoryTable table;
    private final Map<String, Optional<Entry>> changed = new HashMap<>();
    private final List<LogRecord> records = new ArrayList<>();
    private final List<byte[]> encoded = new ArrayList<>();
    private final List<Runnable> answers = new ArrayList<>();
    private final long firstRevision;
    private Optional<Grant> term;

    GroupDecision(MemoryTable table) {
        this.table = table;
        this.firstRevision = table.revision() + 1;
        this.term = table.term();
    }

    void add(Write write) {
        if (write instanceof Write.Commit commit) {
            CommitResult result = decide(commit);
            answers.add(() -> commit.outcome().complete(result));
        } else if (write instanceof Write.TakeOver takeOver) {
            decide(takeOver);
        }
    }

    private void decide(Write.TakeOver takeOver) {
        Grant granted;
        try {
            granted = Grant.granted(takeOver.claim(), term);
        } catch (IllegalStateException e) {
            answers.add(() -> takeOver.outcome().completeExceptionally(e));
            return;
        }
        term = Optional.of(granted);
        record(new LogRecord.Claimed(granted), Encoding.claim(granted));
        answers.add(() -> takeOver.outcome().complete(granted.identity()));
    }

    private CommitResult decide(Write.Commit commit) {
        Epoch inForce = term.map(Grant::epoch).orElse(Epoch.NONE);
        if (!commit.epoch().equals(inForce) || inForce.equals(Epoch.NONE)) {
            return new CommitResult.Fenced(inForce);
        }
        if (!commit.changes().stream().allMatch(this::isExpected)) {
            return new CommitResult.Conflict(commit.changes().stream()
                    .flatMap(change -> entry(change.key()).stream())
                    .toList());
        }
        long revision = record(new LogRecord.Changed(commit.changes()), commit.encoded());
        for (Change change : commit.changes()) {
            changed.put(
                    change.key(),
                    change instanceof Change.Put put
                            ? Optional.of(new Entry(put.key(), put.value(), revision))
                            : Optional.empty());
        }
        return new CommitResult.Committed(revision);
    }

    private boolean isExpected(Change change) {
        return entry(change.key()).map(Entry::revision).orElse(Change.ABSENT) == change.expectedRevision();
    }

    private Optional<Entry> entry(String key) {
        Optional<Entry> here = changed.get(key);
        return here == null ? table.entry(key) : here;
    }

    private long record(LogRecord record, byte[] bytes) {
        long revision = firstRevision + records.size();
        records.add(record);
        encoded.add(bytes);
        return revision;
    }

    List<LogRecord> records() {
        return records;
    }

    ByteBuffer payload() {
        return Encoding.group(firstRevision, encoded);
    }

    List<Runnable> answers() {
        return answers;
    }
}
