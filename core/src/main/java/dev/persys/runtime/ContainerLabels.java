package dev.persys.runtime;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The labels by which a container of ours is known. They are the only memory that an agent has over a restart.
 *
 * @param displayName the workload's name
 */
public record ContainerLabels(
        WorkloadId workloadId,
        String displayName,
        NodeId nodeId,
        Generation generation,
        Epoch epoch,
        ClusterId clusterId) {
    public static final String WORKLOAD_ID = "workloadId";
    public static final String DISPLAY_NAME = "displayName";
    public static final String NODE = "persys.node";
    public static final String GENERATION = "persys.generation";
    public static final String EPOCH = "persys.epoch";
    public static final String CLUSTER = ClusterId.LABEL;
    /** The id of the image that the container was made from; the engine's adapter writes it, see {@link Ownership}. */
    public static final String IMAGE = "persys.image";

    /** How its health is checked, as JSON, where its order says so: an agent that begins anew has no order. */
    public static final String HEALTH = "persys.health";

    /** The limits that it was made with, as JSON: somebody may change them at the engine. */
    public static final String LIMITS = "persys.limits";

    private static final Set<String> ALL =
            Set.of(WORKLOAD_ID, DISPLAY_NAME, NODE, GENERATION, EPOCH, CLUSTER, IMAGE, HEALTH, LIMITS);

    /** Empty where one is missing or is not what we write: such a container is not ours. */
    public static Optional<ContainerLabels> parse(Map<String, String> labels) {
        if (!labels.keySet().containsAll(Set.of(WORKLOAD_ID, NODE, GENERATION, EPOCH, CLUSTER))) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ContainerLabels(
                    WorkloadId.of(labels.get(WORKLOAD_ID)),
                    labels.getOrDefault(DISPLAY_NAME, ""),
                    NodeId.of(labels.get(NODE)),
                    Generation.of(Long.parseLong(labels.get(GENERATION))),
                    Epoch.of(Long.parseLong(labels.get(EPOCH))),
                    ClusterId.of(labels.get(CLUSTER))));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** Whether a label of that name says what we say with it. */
    public static boolean isOurs(String name) {
        return ALL.contains(name);
    }

    /** These beside {@code others}; where both have a name, ours stands. */
    public Map<String, String> over(Map<String, String> others) {
        Map<String, String> all = new HashMap<>(others);
        all.remove(IMAGE);
        all.remove(HEALTH);
        all.remove(LIMITS);
        all.put(WORKLOAD_ID, workloadId.value());
        all.put(DISPLAY_NAME, displayName);
        all.put(NODE, nodeId.value());
        all.put(GENERATION, generation.toString());
        all.put(EPOCH, epoch.toString());
        all.put(CLUSTER, clusterId.value());
        return Map.copyOf(all);
    }
}
