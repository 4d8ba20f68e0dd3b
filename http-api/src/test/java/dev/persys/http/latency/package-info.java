/**
 * Measures what the HTTP layer adds to an answer.
 *
 * <p>Belongs here: programs run by hand. Does not belong here: tests.
 */
package dev.persys.http.latency;
