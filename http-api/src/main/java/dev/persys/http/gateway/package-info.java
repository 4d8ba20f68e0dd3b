/**
 * The gateway: who a caller is, which of the API's routes it may call, and how that reaches a scheduler.
 *
 * <p>Belongs here: what a gateway decides of a request, and the way to schedulers. Does not belong here: sockets ({@code
 * net}), and what a scheduler does with a request.
 */
package dev.persys.http.gateway;
