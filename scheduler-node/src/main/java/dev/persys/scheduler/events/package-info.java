/**
 * What happened, for those who follow it: numbered, kept for a while, and written behind.
 *
 * <p>Does not belong here: anything that is decided by; events may be lost, records may not.
 */
package dev.persys.scheduler.events;
