/**
 * The agent of one node: takes orders, carries them out on the node's container engine, and tells what happens.
 *
 * <p>Belongs here: its actors and settings, and how they are put together ({@link dev.persys.agent.AgentNode}). Does not
 * belong here: Docker's own words ({@code dev.persys.agent.docker}), HTTP ({@code dev.persys.http}).
 */
package dev.persys.agent;
