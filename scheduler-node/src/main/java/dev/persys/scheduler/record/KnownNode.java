package dev.persys.scheduler.record;

import dev.persys.model.Node;
import java.time.Instant;

/**
 * A node as the leader knows it.
 *
 * @param revision of its record
 * @param lastHeartbeat the newest, written or not
 */
public record KnownNode(Node node, long revision, Instant lastHeartbeat) {}
