package dev.persys.scheduler.store;

import dev.persys.store.Change;
import java.util.List;

/** One write that was accepted. Each takes the store one revision on. */
sealed interface LogRecord {
    record Changed(List<Change> changes) implements LogRecord {}

    record Claimed(Grant term) implements LogRecord {}
}
