package dev.persys.api;

import dev.persys.model.Node;
import dev.persys.model.Resources;
import java.time.Instant;

/**
 * A node as it is shown.
 *
 * @param revision the entity tag of the record
 * @param reserved by the workloads placed on it
 * @param workloads how many hold a reservation on it
 * @param lastHeartbeat the newest known, written or not
 */
public record NodeView(Node node, long revision, Resources reserved, int workloads, Instant lastHeartbeat) {
    public Resources free() {
        return node.facts().total().minus(reserved);
    }
}
