/**
 * What happened, for those who follow it: numbered, written in the commit of the change that it tells of, kept for a while.
 *
 * <p>Does not belong here: anything that is decided by.
 */
package dev.persys.scheduler.events;
