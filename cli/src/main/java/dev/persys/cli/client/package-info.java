/**
 * How the scheduler is asked: where it is, with what token, and what its answers and problems mean.
 *
 * <p>Belongs here: requests over HTTP and the reading of JSON. Does not belong here: what is printed.
 */
package dev.persys.cli.client;
