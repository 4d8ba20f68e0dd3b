/**
 * What every HTTP server of ours does the same way: binding, request ids, authentication, bodies, conditions, problems,
 * streams, metrics and stopping.
 *
 * <p>Belongs here: HTTP. Does not belong here: what a route means ({@code scheduler}, {@code agent}).
 */
package dev.persys.http.server;
