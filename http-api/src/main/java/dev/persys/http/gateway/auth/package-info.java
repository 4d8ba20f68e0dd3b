/**
 * How a gateway knows its callers: by API tokens and tickets, which a scheduler is asked about, and by sessions, whose tokens
 * are verified here.
 *
 * <p>Belongs here: what of a request shows who sent it. Does not belong here: what that one may do, and how schedulers are
 * reached.
 */
package dev.persys.http.gateway.auth;
