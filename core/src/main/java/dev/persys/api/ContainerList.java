package dev.persys.api;

import dev.persys.model.ContainerReport;
import dev.persys.model.Present;
import java.util.List;

/**
 * Everything of ours on one node at one moment, complete.
 *
 * @param cursor the id of the last event that is already told by this list: follow the stream from here
 * @param containers every container with our labels, stopped ones too, one each
 * @param orders what is under way or failed before there was a container
 */
public record ContainerList(String cursor, List<ContainerReport> containers, List<ContainerReport> orders) {
    public ContainerList {
        Present.text(cursor, AgentEvent.MAX_ID, "cursor");
        containers = Present.list(containers, "containers");
        orders = Present.list(orders, "orders");
    }
}
