/**
 * The committed records as the leader holds them in memory, by everything they are asked for by.
 *
 * <p>Does not belong here: anything that changes a record.
 */
package dev.persys.scheduler.reads;
