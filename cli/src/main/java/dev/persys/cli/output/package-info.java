/**
 * How answers look: tables, JSON, YAML, progress, and what the terminal can do.
 *
 * <p>Belongs here: text from data. Does not belong here: where the data comes from.
 */
package dev.persys.cli.output;
