/**
 * Passwords, hashed so that a stolen store costs much a guess.
 *
 * <p>Belongs here: Argon2id, its parameters and what it may take of the process; it alone of http-api knows Bouncy Castle.
 * Does not belong here: users and who may sign in.
 */
package dev.persys.http.password;
