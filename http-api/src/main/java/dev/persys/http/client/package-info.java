/**
 * How one process of ours calls another over HTTP: the scheduler its agents, an agent its scheduler.
 *
 * <p>Belongs here: requests, connections, deadlines, and what an answer means. Does not belong here: when to call and when
 * to call again (the actors).
 */
package dev.persys.http.client;
