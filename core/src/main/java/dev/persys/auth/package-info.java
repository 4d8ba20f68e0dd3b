/**
 * Who may come in, as decisions: tokens, users and sessions, and what becomes of them.
 *
 * <p>Belongs here: the texts that people hold, what is kept of them, and rules over that. Does not belong here: which role
 * a route asks for ({@code access}), hashing of passwords, signing and HTTP ({@code http-api}).
 */
package dev.persys.auth;
