/**
 * How members of the scheduler's Akka cluster speak with each other.
 *
 * <p>Belongs here: TLS of Akka's remoting, with certificates of the cluster's authority. Does not belong here: the ports of
 * {@code http-api}.
 */
package dev.persys.scheduler.remoting;
