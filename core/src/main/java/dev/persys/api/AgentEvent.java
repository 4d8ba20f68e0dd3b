package dev.persys.api;

import dev.persys.model.ContainerReport;
import dev.persys.model.Present;

/**
 * One change on a node.
 *
 * @param id {@code <boot>-<number>}: the number grows by one, the boot differs after each start of the agent
 */
public record AgentEvent(String id, ContainerReport report) {
    /** The longest id that is taken, in characters. */
    static final int MAX_ID = 256;

    public AgentEvent {
        Present.text(id, MAX_ID, "id");
        Present.value(report, "report");
    }
}
