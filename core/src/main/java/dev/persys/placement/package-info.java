/**
 * Where a workload goes: hard filters, then a score, with every node's verdict kept as data.
 *
 * <p>Belongs here: the view of the cluster that decisions read, and the decision. Does not belong here: when to
 * decide, and what follows from it.
 */
package dev.persys.placement;
