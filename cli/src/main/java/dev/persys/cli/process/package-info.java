/**
 * The server processes: which parts one is made of, in what order they start and stop, and what a failure of each
 * exits with.
 *
 * <p>Belongs here: composition, logging and metrics of a process. Does not belong here: anything a client verb needs;
 * nothing outside this package and the verbs that start a process may load it.
 */
package dev.persys.cli.process;
