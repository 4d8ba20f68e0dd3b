/**
 * The port to the authoritative state: a small fenced transaction over named text values, and the only place
 * where their names are spelled.
 *
 * <p>Belongs here: what an adapter must do. Does not belong here: how records become text ({@code api}), and any
 * adapter ({@code dev.persys.scheduler.store}).
 */
package dev.persys.store;
