/**
 * The two adapters of the {@link dev.persys.store.StateStore} port, what opens the configured one, and what carries
 * the state from one to the other.
 *
 * <p>Does not belong here: what the records mean, and any actor.
 */
package dev.persys.scheduler.store;
