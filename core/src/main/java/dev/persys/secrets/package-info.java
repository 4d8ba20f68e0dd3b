/**
 * Values that the store keeps and nobody reads in it: how they are sealed, and by which keys. The JDK alone.
 *
 * <p>Does not belong here: what the values are for, and where they are kept.
 */
package dev.persys.secrets;
