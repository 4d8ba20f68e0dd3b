/**
 * Who a process is, by its certificate, and whom it believes; what keys, certificates and the files that hold them have to
 * be like. The JDK alone.
 *
 * <p>Does not belong here: sockets, and the making of certificates.
 */
package dev.persys.trust;
