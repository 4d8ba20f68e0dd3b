/**
 * The verbs, one class each, loaded only when used.
 *
 * <p>Belongs here: what a verb takes, asks and prints. Does not belong here: anything two verbs share that is not
 * about verbs, and the server processes themselves ({@code process}).
 */
package dev.persys.cli.verb;
