/**
 * The values of secrets on their way to an agent.
 *
 * <p>Belongs here: which versions there are, and opening them for an order that is sent. Does not belong here: how they are
 * sealed ({@code dev.persys.secrets}), and who sets them ({@code http-api}).
 */
package dev.persys.scheduler.secrets;
