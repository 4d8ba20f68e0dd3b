/**
 * The {@code persys} program: its main class, how it ends and where it finds itself.
 *
 * <p>Belongs here: what every verb shares. Does not belong here: the verbs ({@code verb}), how a scheduler is asked
 * ({@code client}), how answers are printed ({@code output}), and the server processes ({@code process}). Nothing but
 * {@code process} may load Akka, the configuration library or the logging back end: start-up is felt.
 */
package dev.persys.cli;
