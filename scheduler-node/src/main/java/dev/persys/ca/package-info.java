/**
 * The cluster's authority: makes its roots, signs certificates of those whom the caller knows, changes the root, and keeps all
 * of that in a directory. The only room that knows Bouncy Castle.
 *
 * <p>Does not belong here: who may have a certificate, which is for the caller to know; actors; time, which comes in.
 */
package dev.persys.ca;
