/**
 * How a machine becomes a node of the cluster, and how it ceases to be one: tokens to join by, the key that is believed to be
 * a node's, and what follows from a registration.
 *
 * <p>Belongs here: decisions as functions of (documents, what was shown, now), and the text of those documents. Does not
 * belong here: HTTP, certificates and the keys that sign them.
 */
package dev.persys.join;
