package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.NodeView;
import dev.persys.api.RecordJson;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class EngineRuleTest {
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
    private static final NodeId HERE = NodeId.of("node-1");
    private static final NodeId OTHER = NodeId.of("node-2");
    private static final NodeFacts FACTS =
            new NodeFacts("127.0.0.1", "a", 8086, Resources.NONE, Map.of(), "", "", "", "", "").onEngine("ENGINE:1");

    @ParameterizedTest
    @EnumSource(NodeStatus.class)
    void engineIsItsNodesUntilThatCountsAsGone(NodeStatus status) {
        Node holder = NodeLifecycle.registered(HERE, FACTS, NOW).withStatus(status, NodeReason.SILENT, "", NOW);
        boolean gone = status == NodeStatus.INACTIVE;
        assertThat(EngineRule.holder(OTHER, FACTS, List.of(holder)).isEmpty()).isEqualTo(gone);
        assertThat(EngineRule.refusal(OTHER, FACTS, holder))
                .contains("node-2", "ENGINE:1", "node-1", "persys node rm node-1", "tell-engine-id");
    }

    @Test
    void sameNodeAndOtherEnginesAndSilentOnesAreFine() {
        List<Node> known = List.of(NodeLifecycle.registered(HERE, FACTS, NOW));
        assertThat(EngineRule.holder(HERE, FACTS, known)).isEmpty();
        assertThat(EngineRule.holder(OTHER, FACTS.onEngine("ENGINE:2"), known)).isEmpty();
        assertThat(EngineRule.holder(OTHER, FACTS.onEngine(""), known)).isEmpty();
        List<Node> unnamed = List.of(NodeLifecycle.registered(HERE, FACTS.onEngine(""), NOW));
        assertThat(EngineRule.holder(OTHER, FACTS.onEngine(""), unnamed)).isEmpty();
    }

    @Test
    void engineIsKeptInTheRecordAndWithEveryHeartbeat() {
        Node node = NodeLifecycle.registered(HERE, FACTS, NOW);
        assertThat(RecordJson.node(RecordJson.write(node))).isEqualTo(node);
        assertThat(node.facts().withTotal(new Resources(1, 1)).engineId()).isEqualTo("ENGINE:1");
        assertThat(RecordJson.toJson(new NodeView(node, 1, Resources.NONE, 0, NOW))
                        .path("engineId")
                        .asText())
                .isEqualTo("ENGINE:1");
    }
}
