package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.WorkloadId;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.ContainerState;
import dev.persys.runtime.ContainerSummary;
import dev.persys.runtime.FakeContainerRuntime;
import dev.persys.runtime.RuntimeSignal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OwnContainersTest {
    private static final Map<String, String> NODE = Map.of(ContainerLabels.NODE, Samples.NODE.value());

    private final FakeContainerRuntime docker =
            new FakeContainerRuntime(InstantSource.fixed(Instant.EPOCH)).withImage(Samples.IMAGE);
    private final OwnContainers runtime = new OwnContainers(docker, Samples.NODE);
    private final WorkloadId id = Samples.workload();
    private final List<String> told = new ArrayList<>();

    @Test
    void containerOfAnImageMadeOfOursHasNoLabelsOfOursAndTellsNothing() {
        String ours = created();
        docker.commit(ours, "snap:1");
        follow();
        String mine = docker.createByHand(ContainerSpec.of("mine", "snap:1", Map.of(), List.of("sleep 1000")));
        runtime.start(mine);
        runtime.start(ours);

        assertThat(docker.spec(mine).image()).isEqualTo("snap:1");
        assertThat(listed()).containsExactly(ours);
        assertThat(inspected(mine).labels()).containsOnlyKeys("team");
        assertThat(ContainerLabels.parse(inspected(ours).labels())).isPresent();
        assertThat(told).containsExactly("start " + ours);
    }

    @Test
    void renamedContainerStaysOursAsLongAsItIsThere() {
        String ours = created();
        follow();
        docker.renameByHand(ours, "renamed");

        assertThat(listed()).containsExactly(ours);
        docker.removeByHand(ours);
        assertThat(told).containsExactly("rename " + ours, "destroy " + ours);
        assertThat(listed()).isEmpty();
    }

    @Test
    void agentThatIsNewKnowsARenamedContainerNoMore() {
        String ours = created();
        docker.renameByHand(ours, "renamed");
        assertThat(new OwnContainers(docker, Samples.NODE)
                        .list(NODE)
                        .toCompletableFuture()
                        .join())
                .isEmpty();
    }

    @Test
    void containersOfOtherNodesAreShownAsTheyAre() {
        Map<String, String> labels = Map.of(ContainerLabels.NODE, "node-2", "a", "b");
        String other = docker.createByHand(ContainerSpec.of("x", Samples.IMAGE, labels, List.of("sleep 1000")));
        assertThat(inspected(other).labels()).isEqualTo(labels);
        assertThat(runtime.inspect("absent").toCompletableFuture().join()).isEmpty();
    }

    private String created() {
        ContainerSpec plain = Samples.container(id, 1);
        ContainerSpec spec = ContainerSpec.of(plain.name(), plain.image(), withTeam(plain.labels()), plain.command());
        return runtime.create(spec).toCompletableFuture().join();
    }

    private static Map<String, String> withTeam(Map<String, String> labels) {
        Map<String, String> more = new HashMap<>(labels);
        more.put("team", "a");
        return more;
    }

    private List<String> listed() {
        return runtime.list(NODE).toCompletableFuture().join().stream()
                .map(ContainerSummary::id)
                .toList();
    }

    private ContainerState inspected(String containerId) {
        return runtime.inspect(containerId).toCompletableFuture().join().orElseThrow();
    }

    private void follow() {
        var unused = runtime.watch(NODE, Optional.empty(), signal -> {
            if (signal instanceof RuntimeSignal.Happened event) {
                told.add(event.action() + " " + event.containerId());
            }
        });
    }
}
