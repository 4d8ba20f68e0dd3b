/**
 * The control plane: the actors that decide, commit and act.
 *
 * <p>Every record has one actor that writes it. Decisions are those of {@code dev.persys.lifecycle}, {@code placement}
 * and {@code reconcile}; here they are committed under the leader's epoch, and only then carried out. Does not belong
 * here: HTTP, Docker, and any decision of its own.
 */
package dev.persys.scheduler;
