package dev.persys.runtime;

import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.util.Map;
import java.util.Optional;

/**
 * Which containers on a node are ours. Labels alone do not tell: an image that somebody makes of a container of ours
 * carries them all, and so does every container of that image. So a container is ours only where
 *
 * <ul>
 *   <li>all our labels are there, and name this node;
 *   <li>{@link ContainerLabels#IMAGE} is the id of the very image that it was made from, which an image that inherited
 *       the label cannot be: its own id is another. Versions before this one wrote no such label; theirs are ours by
 *       the rest;
 *   <li>its name is its workload's id, as it was made, or it was known as ours before it was renamed; but not that of
 *       one that was put aside ({@link #previousName}).
 * </ul>
 *
 * <p>Pure.
 */
public final class Ownership {
    private static final String PREVIOUS = "-previous";

    private Ownership() {}

    /** What tells whose a container is. */
    public interface Traits {
        String id();

        /** Without a leading slash. */
        String name();

        /** Of the image that it was made from; empty text where the engine does not tell. */
        String imageId();

        Map<String, String> labels();
    }

    /**
     * The labels of a container that is ours; empty for any other.
     *
     * @param isKnown whether it was ours when it was looked at before, under whatever name
     */
    public static Optional<ContainerLabels> of(NodeId node, Traits container, boolean isKnown) {
        return labels(node, container).filter(labels -> isNamed(container.name(), labels.workloadId(), isKnown));
    }

    /** The labels of one that was made by us for this node, whatever it is called. */
    private static Optional<ContainerLabels> labels(NodeId node, Traits container) {
        return ContainerLabels.parse(container.labels())
                .filter(labels -> labels.nodeId().equals(node))
                .filter(labels -> Optional.ofNullable(container.labels().get(ContainerLabels.IMAGE))
                        .map(container.imageId()::equals)
                        .orElse(true));
    }

    /** The name under which the last container of a workload that was replaced is kept, for what it has printed. */
    public static String previousName(WorkloadId workload) {
        return workload.value() + PREVIOUS;
    }

    /**
     * The labels of a container that was ours and is kept for what it has printed. It is not ours in the sense of {@link
     * #of} any more: nothing is told of it and nothing is done with it but to read it and, in the end, to remove it.
     */
    public static Optional<ContainerLabels> ofPrevious(NodeId node, Traits container) {
        return labels(node, container).filter(labels -> container.name().equals(previousName(labels.workloadId())));
    }

    /**
     * Whether an event may be about a container that is ours. The engine does not tell the image's id with it, so this
     * is no more than a reason to look.
     */
    public static boolean mayBe(NodeId node, RuntimeSignal.Happened event, boolean isKnown) {
        return ContainerLabels.parse(event.labels())
                .filter(labels -> labels.nodeId().equals(node))
                .filter(labels -> isNamed(event.name(), labels.workloadId(), isKnown))
                .isPresent();
    }

    private static boolean isNamed(String name, WorkloadId workload, boolean isKnown) {
        return name.equals(workload.value()) || (isKnown && !name.equals(previousName(workload)));
    }
}
