/**
 * The development cluster of {@code persys dev}: its directory, its ports and the process that runs it, as seen from
 * the verbs that start it, stop it and ask how it is.
 *
 * <p>Belongs here: files and processes. Does not belong here: what runs inside that process ({@code process}).
 */
package dev.persys.cli.dev;
