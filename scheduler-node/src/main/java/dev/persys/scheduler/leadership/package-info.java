/**
 * Who leads, and what a leader does: takes over the store, starts everything that decides and writes under its epoch,
 * and brings each request and each piece of news to whom it concerns.
 *
 * <p>Does not belong here: any decision about a workload or a node, and any write to the store but the claim of the epoch.
 */
package dev.persys.scheduler.leadership;
