/** Who a process is, by its certificate, and whom it believes. The JDK alone: files, sockets and signing are elsewhere. */
package dev.persys.trust;
