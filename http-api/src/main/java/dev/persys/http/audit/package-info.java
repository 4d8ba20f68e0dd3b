/**
 * The audit log of a process: written by one thread, off those that answer requests, and read again for who asks.
 *
 * <p>Belongs here: files, queue and trouble with either. Does not belong here: what a line says and how it is chained
 * ({@code dev.persys.audit}), and what is worth a line ({@code server}).
 */
package dev.persys.http.audit;
