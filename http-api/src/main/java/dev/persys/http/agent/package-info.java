/**
 * The agent's HTTP surface: the orders of the scheduler, what the node has and what changes on it.
 *
 * <p>Belongs here: routes and their bodies. Does not belong here: Docker (the actors behind {@code AgentProtocol}) and
 * what all servers share ({@code server}).
 */
package dev.persys.http.agent;
