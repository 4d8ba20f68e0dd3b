/**
 * The Auth Service: routes below {@code /auth}, for who manages tokens and users, who signs in, and for gateways.
 *
 * <p>Belongs here: what is answered, and what is written by it. Does not belong here: the rules about tokens and sessions
 * ({@code dev.persys.auth}), hashing ({@code password}), signing ({@code token}), and what a gateway makes of it.
 */
package dev.persys.http.scheduler.auth;
