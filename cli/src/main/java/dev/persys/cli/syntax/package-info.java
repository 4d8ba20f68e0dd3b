/**
 * How a verb says which options and parameters it takes, and reads them.
 *
 * <p>Belongs here: declaration, parsing, usage texts. Does not belong here: what a verb does.
 */
package dev.persys.cli.syntax;
