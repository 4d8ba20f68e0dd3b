/**
 * What is wanted of a node against one complete inventory of it.
 *
 * <p>A partial answer never gets here: an inventory is complete or it does not exist.
 */
package dev.persys.reconcile;
