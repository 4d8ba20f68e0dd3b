package dev.persys.api;

import dev.persys.model.ContainerReport;

/**
 * One change on a node.
 *
 * @param id {@code <boot>-<number>}: the number grows by one, the boot differs after each start of the agent
 */
public record AgentEvent(String id, ContainerReport report) {}
