/**
 * What crosses a module's border inside a process: the messages an HTTP route may send to a guardian, and the
 * ports through which actors reach the other process.
 *
 * <p>Belongs here: messages and ports. Does not belong here: the actors that answer, and anything of HTTP.
 */
package dev.persys.protocol;
