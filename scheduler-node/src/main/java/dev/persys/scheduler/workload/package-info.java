/**
 * One actor a workload: decides with {@code dev.persys.lifecycle}, writes the record, and has the effects carried out.
 *
 * <p>Does not belong here: where a workload goes (placement), and how an order reaches an agent (node).
 */
package dev.persys.scheduler.workload;
