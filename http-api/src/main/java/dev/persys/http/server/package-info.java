/**
 * What every HTTP server of ours does the same way with a request: its id, its route, its body, conditions, problems,
 * streams and metrics.
 *
 * <p>Belongs here: HTTP. Does not belong here: connections ({@code net}), who the caller is ({@code auth}), and what a
 * route means ({@code scheduler}, {@code agent}).
 */
package dev.persys.http.server;
