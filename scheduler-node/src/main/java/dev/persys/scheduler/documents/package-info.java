/**
 * What the cluster keeps beside workloads and nodes: tokens, keys, users, secrets, links.
 *
 * <p>Belongs here: that they are stored, bounded and shown whole. Does not belong here: what they mean, which whoever owns a
 * kind says.
 */
package dev.persys.scheduler.documents;
