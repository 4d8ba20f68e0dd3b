/**
 * What travels over HTTP and into the store: request and response bodies, problems, paths, and the one JSON mapper.
 *
 * <p>Belongs here: shapes and their reading and writing. Does not belong here: routing ({@code dev.persys.http}) and
 * decisions ({@code lifecycle}, {@code placement}).
 */
package dev.persys.api;
