package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.PullProgress;
import dev.persys.testing.DocumentChange;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Whatever a peer, a client or the store may send: a whole one with parts absent, null, of another type, huge, unknown or
 * nested without end. It is read, or refused in the one way that whoever reads it deals with.
 */
final class WireFuzzProperties {
    private record Read(JsonNode whole, Function<String, Object> reader) {}

    private static final Map<String, Read> PEERS = new TreeMap<>(Map.of(
            "container list",
                    new Read(
                            tree(new ContainerList("b-7", List.of(WireSamples.REPORT), List.of(WireSamples.REPORT))),
                            text -> Json.read(text, ContainerList.class)),
            "agent event",
                    new Read(
                            tree(new AgentEvent("b-8", WireSamples.REPORT)), text -> Json.read(text, AgentEvent.class)),
            "answer to a registration",
                    new Read(
                            tree(new RegisterResponse(
                                    NodeId.of("node-1"),
                                    NodeStatus.ACTIVE,
                                    ClusterId.of("c-1"),
                                    Epoch.of(3),
                                    Duration.ofSeconds(30),
                                    List.of("a warning"))),
                            text -> Json.read(text, RegisterResponse.class)),
            "cluster event", new Read(tree(WireSamples.EVENT), text -> Json.read(text, ClusterEvent.class)),
            "problem",
                    new Read(
                            tree(Problem.invalid(
                                            Problem.Type.INVALID_REQUEST,
                                            List.of(new FieldError("/name", "\"A\"", "a DNS label")))
                                    .withRequestId("req-1")),
                            text -> Json.read(text, Problem.class)),
            "workload's record", new Read(RecordJson.toJson(WireSamples.WORKLOAD), RecordJson::workload),
            "workload as it is shown",
                    new Read(
                            RecordJson.toJson(new WorkloadView(
                                    WireSamples.WORKLOAD, 7, Optional.of(new PullProgress(3, 1, 10, 20)))),
                            text -> RecordJson.workload(Json.read(text, JsonNode.class))),
            "node's record", new Read(RecordJson.toJson(WireSamples.NODE), RecordJson::node)));

    private static final Map<String, Read> REQUESTS = new TreeMap<>(Map.of(
            "workload",
                    new Read(
                            WorkloadRequest.toJson(WireSamples.WORKLOAD.spec()),
                            text -> body(text).map(WorkloadRequest::parse)),
            "order to run",
                    new Read(
                            tree(RunOrder.of(
                                    WireSamples.WORKLOAD.id(),
                                    WireSamples.WORKLOAD.spec(),
                                    Generation.of(2),
                                    Epoch.of(3),
                                    ClusterId.of("c-1"),
                                    Optional.of("req-1"))),
                            text -> body(text).map(OrderRequest::run)),
            "order about a container",
                    new Read(
                            tree(new ContainerOrder(
                                    WireSamples.WORKLOAD.id(),
                                    Generation.of(2),
                                    Epoch.of(3),
                                    ClusterId.of("c-1"),
                                    Duration.ofSeconds(10),
                                    Optional.of("req-1"),
                                    9,
                                    false)),
                            text -> body(text).map(OrderRequest::container)),
            "registration",
                    new Read(tree(WireSamples.REGISTER), text -> body(text).map(NodeRequest::register)),
            "heartbeat",
                    new Read(
                            tree(new Heartbeat(NodeId.of("node-1"), "active", new BigDecimal("1.5"), 512)),
                            text -> body(text).map(NodeRequest::heartbeat))));

    @Property(tries = 1_500)
    void whatAPeerOrTheStoreSaysIsReadOrRefusedInOneWay(
            @ForAll("peers") String name, @ForAll("changes") List<DocumentChange> changes) {
        Read read = PEERS.get(name);
        String text = DocumentChange.applied(read.whole(), changes);

        try {
            assertThat(read.reader().apply(text)).isNotNull();
        } catch (UncheckedIOException e) {
            assertThat(e.getMessage()).doesNotContain("dev.persys", "fasterxml", "java.", "`");
            assertThat(e.getMessage()).hasSizeLessThan(1_000);
        }
    }

    @Property(tries = 1_500)
    void whatAClientSendsIsReadOrItsFieldsAreNamed(
            @ForAll("requests") String name, @ForAll("changes") List<DocumentChange> changes) {
        Read read = REQUESTS.get(name);

        assertThat(read.reader().apply(DocumentChange.applied(read.whole(), changes)))
                .isNotNull();
    }

    @Property(tries = 100)
    void wholeOnesAreRead(@ForAll("peers") String peer, @ForAll("requests") String request) {
        assertThat(PEERS.get(peer).reader().apply(PEERS.get(peer).whole().toString()))
                .isNotNull();
        assertThat(REQUESTS.get(request)
                        .reader()
                        .apply(REQUESTS.get(request).whole().toString()))
                .asString()
                .contains("Valid");
    }

    @Provide
    Arbitrary<String> peers() {
        return Arbitraries.of(PEERS.keySet());
    }

    @Provide
    Arbitrary<String> requests() {
        return Arbitraries.of(REQUESTS.keySet());
    }

    @Provide
    Arbitrary<List<DocumentChange>> changes() {
        return DocumentChange.some();
    }

    private static Optional<JsonNode> body(String text) {
        return RequestJson.read(text.getBytes(StandardCharsets.UTF_8)) instanceof RequestJson.Reading.Document document
                ? Optional.of(document.json())
                : Optional.empty();
    }

    private static JsonNode tree(Object whole) {
        return Json.read(Json.write(whole), JsonNode.class);
    }
}
