/**
 * One actor a node, its link to the node's agent, and the monitors that have both look after themselves at intervals.
 *
 * <p>Does not belong here: what news of a container means for its workload.
 */
package dev.persys.scheduler.node;
