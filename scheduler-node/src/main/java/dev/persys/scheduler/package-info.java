/**
 * The control plane: the actors that decide, commit and act.
 *
 * <p>Every record has one actor that writes it. Decisions are those of {@code dev.persys.lifecycle}, {@code placement}
 * and {@code reconcile}; here they are committed under the leader's epoch, and only then carried out. Does not belong
 * here: HTTP, Docker, and any decision of its own.
 *
 * <p>This package holds what a process needs to run one; each package below it is a room with one responsibility.
 */
package dev.persys.scheduler;
