package dev.persys.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.WorkloadId;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class OwnershipTest {
    private static final NodeId NODE = NodeId.of("node-1");
    private static final WorkloadId ID = WorkloadId.of(UUID.randomUUID());
    private static final String IMAGE = "sha256:one";

    @Test
    void containerOfOursIsKnownByLabelsImageAndName() {
        assertThat(isOurs(ID.value(), IMAGE, labels(IMAGE), false)).isTrue();
        assertThat(isOurs("renamed", IMAGE, labels(IMAGE), true)).isTrue();
    }

    @Test
    void containerOfAnImageThatInheritedTheLabelsIsNotOursWhateverItsName() {
        for (String name : new String[] {ID.value(), "mine"}) {
            assertThat(isOurs(name, "sha256:committed", labels(IMAGE), false)).isFalse();
            assertThat(isOurs(name, "sha256:committed", labels(IMAGE), true)).isFalse();
        }
    }

    @Test
    void cloneUnderAnotherNameIsNotOursUnlessItWasOursBefore() {
        assertThat(isOurs("clone", IMAGE, labels(IMAGE), false)).isFalse();
        assertThat(isOurs(ID + "-2", IMAGE, labels(IMAGE), false)).isFalse();
    }

    @Test
    void whatWasPutAsideIsKnownByItsNameAndNotOursInAnyOtherSense() {
        String name = Ownership.previousName(ID);
        assertThat(name).isEqualTo(ID + "-previous");
        assertThat(isOurs(name, IMAGE, labels(IMAGE), false)).isFalse();
        assertThat(isOurs(name, IMAGE, labels(IMAGE), true)).isFalse();
        assertThat(Ownership.mayBe(NODE, event(name), true)).isFalse();
        assertThat(isPrevious(name, IMAGE)).isTrue();
        assertThat(isPrevious(name, "sha256:committed")).isFalse();
        assertThat(isPrevious(ID.value(), IMAGE)).isFalse();
    }

    private static boolean isPrevious(String name, String imageId) {
        return Ownership.ofPrevious(
                        NODE, new ContainerSummary("c1", name, imageId, labels(IMAGE), ContainerStatus.EXITED))
                .isPresent();
    }

    @Test
    void containerOfAnOlderVersionIsOursByItsNameAlone() {
        Map<String, String> old = new HashMap<>(labels(IMAGE));
        old.remove(ContainerLabels.IMAGE);
        assertThat(isOurs(ID.value(), IMAGE, old, false)).isTrue();
        assertThat(isOurs("mine", IMAGE, old, false)).isFalse();
    }

    @Test
    void otherNodesContainersAndHalfLabelledOnesAreNotOurs() {
        Map<String, String> other = new HashMap<>(labels(IMAGE));
        other.put(ContainerLabels.NODE, "node-2");
        assertThat(isOurs(ID.value(), IMAGE, other, true)).isFalse();
        for (String label : labels(IMAGE).keySet()) {
            Map<String, String> half = new HashMap<>(labels(IMAGE));
            half.remove(label);
            boolean isOptional = label.equals(ContainerLabels.DISPLAY_NAME) || label.equals(ContainerLabels.IMAGE);
            assertThat(isOurs(ID.value(), IMAGE, half, true)).as(label).isEqualTo(isOptional);
        }
    }

    @Test
    void eventIsWorthALookByNameOrByWhatIsKnown() {
        assertThat(Ownership.mayBe(NODE, event(ID.value()), false)).isTrue();
        assertThat(Ownership.mayBe(NODE, event("renamed"), true)).isTrue();
        assertThat(Ownership.mayBe(NODE, event("mine"), false)).isFalse();
        assertThat(Ownership.mayBe(NodeId.of("node-2"), event(ID.value()), true))
                .isFalse();
    }

    private static boolean isOurs(String name, String imageId, Map<String, String> labels, boolean isKnown) {
        return Ownership.of(NODE, new ContainerSummary("c1", name, imageId, labels, ContainerStatus.RUNNING), isKnown)
                .isPresent();
    }

    private static RuntimeSignal.Happened event(String name) {
        return new RuntimeSignal.Happened("c1", name, "start", labels(IMAGE), Instant.EPOCH, Optional.empty());
    }

    private static Map<String, String> labels(String imageId) {
        Map<String, String> labels = new HashMap<>(
                new ContainerLabels(ID, "web", NODE, Generation.of(1), Epoch.of(1), ClusterId.of("c")).over(Map.of()));
        labels.put(ContainerLabels.IMAGE, imageId);
        return labels;
    }
}
