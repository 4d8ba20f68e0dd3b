package dev.persys.scheduler.record;

/** A write was fenced, or a record is not what its only writer wrote: nothing more may be decided in this term. */
public record LeadershipLost(String why) implements TermMessage {}
