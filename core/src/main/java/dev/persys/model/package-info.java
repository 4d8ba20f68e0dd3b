/**
 * The values of the domain: workloads, nodes, resources and their identities, as immutable records that
 * validate themselves.
 *
 * <p>Belongs here: what a record of the state store means. Does not belong here: how a record changes
 * ({@code lifecycle}), how it is stored ({@code store}), how it is asked for ({@code api}); and no clock,
 * no randomness, no I/O, no logging.
 */
package dev.persys.model;
