/**
 * How a record is written by its only writer: under the leader's epoch, conditional on its revision, and until it is
 * known what has come of it.
 *
 * <p>Does not belong here: what is in a record, and what follows from a write.
 */
package dev.persys.scheduler.record;
