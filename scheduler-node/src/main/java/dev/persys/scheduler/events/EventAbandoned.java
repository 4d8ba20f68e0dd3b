package dev.persys.scheduler.events;

import dev.persys.api.ClusterEvent;
import dev.persys.scheduler.record.TermMessage;

/** The store refused the change that this event was to tell of, and has neither. */
public record EventAbandoned(ClusterEvent event) implements TermMessage {}
