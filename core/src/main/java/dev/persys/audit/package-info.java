/**
 * The audit log: what a line of it says, how lines are chained by their hashes, and how files of it are verified.
 *
 * <p>Belongs here: what writer and verifier have to agree on. Does not belong here: who writes, and when.
 */
package dev.persys.audit;
