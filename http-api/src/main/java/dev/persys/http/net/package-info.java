/**
 * Ports and their connections: listening, reading and writing, how long a client may take, and how many there may be.
 *
 * <p>Belongs here: what holds below any request, and all of Netty. Does not belong here: what a request is answered
 * ({@code server}) and who may send it ({@code auth}).
 */
package dev.persys.http.net;
