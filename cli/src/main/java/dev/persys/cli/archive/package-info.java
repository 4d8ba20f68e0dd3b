/**
 * Trees of files as tar, to and from this machine's directories. Of {@code persys cp} alone: the launcher runs it with the
 * servers' class path, which has the library for tar.
 */
package dev.persys.cli.archive;
