/**
 * Has workloads removed that ended long ago.
 *
 * <p>Does not belong here: which those are, which {@code dev.persys.lifecycle} says.
 */
package dev.persys.scheduler.retention;
