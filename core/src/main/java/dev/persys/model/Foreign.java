package dev.persys.model;

/**
 * Containers on a node that are of another cluster, by their labels: this one leaves them alone.
 *
 * @param containers how many, ended ones too
 */
public record Foreign(ClusterId cluster, int containers) {
    public Foreign {
        Present.value(cluster, "cluster");
        if (containers < 1) {
            throw new IllegalArgumentException(
                    "there is at least one container of a foreign cluster, not " + containers);
        }
    }
}
