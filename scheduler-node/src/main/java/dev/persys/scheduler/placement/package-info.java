/**
 * The one place that knows what is free: answers where a workload goes, and reserves it there.
 *
 * <p>Does not belong here: the choice itself, which is that of {@code dev.persys.placement}.
 */
package dev.persys.scheduler.placement;
