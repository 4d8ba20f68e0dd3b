/**
 * The container engine of one node, as a port: what an agent asks of it and what it tells.
 *
 * <p>Belongs here: the port, its values, and the labels by which containers of ours are known. Does not belong here:
 * an engine's own types and transport (the adapter in {@code dev.persys.agent.docker}), and what is done with the
 * answers ({@code dev.persys.agent}).
 */
package dev.persys.runtime;
