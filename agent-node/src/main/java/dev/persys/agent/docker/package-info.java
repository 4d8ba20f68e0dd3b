/**
 * The container runtime port on Docker's HTTP interface.
 *
 * <p>Belongs here: everything that knows Docker's words, types and transport. Does not belong here: what an agent
 * decides ({@code dev.persys.agent}).
 */
package dev.persys.agent.docker;
