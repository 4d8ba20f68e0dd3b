package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.persys.model.ContainerReport;
import dev.persys.model.Foreign;
import dev.persys.model.Present;
import java.util.List;

/**
 * Everything of ours on one node at one moment, complete.
 *
 * @param cursor the id of the last event that is already told by this list: follow the stream from here
 * @param containers every container with our labels, stopped ones too, one each
 * @param orders what is under way or failed before there was a container
 * @param foreign what of other clusters is on the node; left out where there is nothing, and by agents of before
 */
public record ContainerList(
        String cursor,
        List<ContainerReport> containers,
        List<ContainerReport> orders,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Foreign> foreign) {
    public ContainerList {
        Present.text(cursor, AgentEvent.MAX_ID, "cursor");
        containers = Present.list(containers, "containers");
        orders = Present.list(orders, "orders");
        foreign = foreign == null ? List.of() : Present.list(foreign, "foreign");
    }

    /** Of a node with nothing of other clusters. */
    public ContainerList(String cursor, List<ContainerReport> containers, List<ContainerReport> orders) {
        this(cursor, containers, orders, List.of());
    }
}
