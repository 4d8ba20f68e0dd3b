/**
 * Who sends a request, and whether it may.
 *
 * <p>Belongs here: callers, the ways to show who one is, and what a web page is not let do. Does not belong here: what
 * becomes of a request that is let in ({@code server}).
 */
package dev.persys.http.auth;
