/**
 * The short-lived tokens of sessions: JWT (RFC 7519) that the scheduler signs and a gateway verifies by itself.
 *
 * <p>Belongs here: what is in one, signing, verifying, keys. Does not belong here: sessions, and who may sign in.
 */
package dev.persys.http.token;
