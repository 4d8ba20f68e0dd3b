/**
 * A whole control plane, in this process and over real HTTP, under what a hostile node and a damaged store say.
 *
 * <p>Belongs here: that one peer's nonsense stays its own. Does not belong here: what a single reader makes of a document
 * ({@code WireFuzzProperties} in {@code core}), and what needs Docker ({@code e2e}).
 */
package dev.persys.fuzz;
