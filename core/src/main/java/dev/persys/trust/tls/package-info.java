/**
 * How a process shows its certificate on a connection, and looks at that of the other side.
 *
 * <p>Belongs here: credentials that are read from files and read again when they change, and TLS engines made of them. The
 * JDK alone. Does not belong here: sockets, and what a peer may do once it is known.
 */
package dev.persys.trust.tls;
