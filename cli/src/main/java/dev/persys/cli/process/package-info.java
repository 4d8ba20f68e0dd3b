/**
 * How the long-lived processes are put together, from the modules that do not know each other.
 *
 * <p>Belongs here: composition, configuration files, the start and the end of a process. Does not belong here: what the
 * parts do. Loaded only by the verbs that need it, because it brings all of Akka along.
 */
package dev.persys.cli.process;
