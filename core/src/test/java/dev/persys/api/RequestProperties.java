package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Protocol;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.VolumeMount;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

final class RequestProperties {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    @Property(tries = 500)
    void anyJsonGivesAValueOrErrorsAndNeverAnException(@ForAll("json") JsonNode json) {
        for (Parsed<?> parsed : List.of(
                WorkloadRequest.parse(json),
                NodeRequest.register(json),
                NodeRequest.heartbeat(json),
                OrderRequest.run(json),
                OrderRequest.bareRun(json),
                OrderRequest.container(json))) {
            if (parsed instanceof Parsed.Invalid<?> invalid) {
                assertThat(invalid.errors()).isNotEmpty();
            }
        }
    }

    @Property(tries = 500)
    void aGoodRequestWithOneFieldReplacedNeverFails(
            @ForAll("specs") WorkloadSpec spec, @ForAll("fieldNames") String name, @ForAll("json") JsonNode value) {
        ObjectNode json = WorkloadRequest.toJson(spec);
        json.set(name, value);
        assertThat(WorkloadRequest.parse(json)).isNotNull();
    }

    @Property(tries = 200)
    void noExponentIsEverUnfolded(@ForAll int exponent) {
        BigDecimal number = new BigDecimal("7e" + exponent / 2);
        ObjectNode json = WorkloadRequest.toJson(WorkloadSpec.of("a", "a"));
        json.put("stopGracePeriod", number)
                .putObject("resources")
                .put("cpu", number)
                .put("memory", number);
        ObjectNode beat = NODES.objectNode().put("nodeId", "a").put("status", "active");
        beat.put("availableCpu", number).put("availableMemory", number);

        assertThat(WorkloadRequest.parse(json)).isNotNull();
        assertThat(NodeRequest.heartbeat(beat)).isNotNull();
    }

    @Property(tries = 500)
    void anyBytesAreADocumentOrMalformed(@ForAll byte[] bytes) {
        assertThat(RequestJson.read(bytes)).isNotNull();
    }

    @Property(tries = 300)
    void whatIsAcceptedIsReadBackFromWhatItIsWrittenAs(@ForAll("specs") WorkloadSpec spec) {
        byte[] body = WorkloadRequest.toJson(spec).toString().getBytes(StandardCharsets.UTF_8);
        JsonNode json = ((RequestJson.Reading.Document) RequestJson.read(body)).json();
        assertThat(WorkloadRequest.parse(json)).isEqualTo(new Parsed.Valid<>(spec));
    }

    @Property(tries = 300)
    void wordsThatAreQuotedSplitIntoThemselves(@ForAll List<String> words) {
        StringBuilder line = new StringBuilder();
        words.forEach(
                word -> line.append(" '").append(word.replace("'", "'\\''")).append('\''));
        assertThat(ShellWords.split(line.toString())).isEqualTo(new ShellWords.Result.Words(words));
    }

    @Provide
    Arbitrary<String> fieldNames() {
        return Arbitraries.of(
                "name",
                "type",
                "image",
                "command",
                "envVars",
                "resources",
                "ports",
                "volumes",
                "labels",
                "constraints",
                "stopGracePeriod",
                "restartPolicy",
                "args");
    }

    @Provide
    Arbitrary<JsonNode> json() {
        return node(2);
    }

    private Arbitrary<JsonNode> node(int depth) {
        Arbitrary<JsonNode> leaf = Arbitraries.oneOf(
                Arbitraries.strings().ofMaxLength(12).map(NODES::textNode),
                Arbitraries.of("1m30s", "256Mi", "always", "docker-container", "nginx", "a-b", "'\"", "/x", "\0")
                        .map(NODES::textNode),
                Arbitraries.longs().map(NODES::numberNode),
                Arbitraries.doubles().map(NODES::numberNode),
                Arbitraries.integers().map(exponent -> NODES.numberNode(new BigDecimal("7e" + exponent / 2))),
                Arbitraries.of(true, false).map(NODES::booleanNode),
                Arbitraries.just(NODES.nullNode()));
        if (depth == 0) {
            return leaf;
        }
        Arbitrary<String> names = Arbitraries.oneOf(
                fieldNames(),
                Arbitraries.of("cpu", "memory", "container", "host", "protocol", "source", "target", "nodeId", "epoch"),
                Arbitraries.strings().ofMaxLength(5));
        Arbitrary<JsonNode> lists = node(depth - 1).list().ofMaxSize(4).map(items -> {
            ArrayNode list = NODES.arrayNode();
            items.forEach(list::add);
            return list;
        });
        Arbitrary<JsonNode> objects = Arbitraries.maps(names, node(depth - 1))
                .ofMaxSize(6)
                .map(fields -> {
                    ObjectNode object = NODES.objectNode();
                    fields.forEach(object::set);
                    return object;
                });
        return Arbitraries.oneOf(leaf, lists, objects);
    }

    private record Amounts(Resources reserved, Limits limits) {}

    @Provide
    Arbitrary<WorkloadSpec> specs() {
        Arbitrary<String> label =
                Arbitraries.strings().withCharRange('a', 'z').ofMinLength(1).ofMaxLength(20);
        Arbitrary<String> text =
                Arbitraries.strings().withCharRange(' ', '\u2000').ofMaxLength(20);
        Arbitrary<List<String>> texts = text.list().ofMaxSize(4);
        Arbitrary<Map<String, String>> maps = Arbitraries.maps(label, text).ofMaxSize(4);
        Arbitrary<Amounts> amounts = Combinators.combine(
                        Arbitraries.longs().between(10, 1_024_000),
                        Arbitraries.longs().between(6, 16L * 1024 * 1024),
                        Arbitraries.longs().between(0, 1_024_000).optional(),
                        Arbitraries.longs().between(0, 16L * 1024 * 1024).optional())
                .as((cpu, memory, moreCpu, moreMemory) -> new Amounts(
                        new Resources(cpu, memory),
                        new Limits(
                                moreCpu.map(more -> Math.min(1_024_000, cpu + more)),
                                moreMemory.map(more -> Math.min(16L * 1024 * 1024, memory + more)))));
        Arbitrary<List<PortMapping>> ports = Arbitraries.integers()
                .between(1, 65_535)
                .set()
                .ofMaxSize(4)
                .map(numbers -> numbers.stream()
                        .map(port -> new PortMapping(
                                Optional.of("p" + port),
                                port,
                                Optional.of(port),
                                port % 2 == 0 ? Protocol.TCP : Protocol.UDP))
                        .toList());
        Arbitrary<RestartPolicy> policies = Arbitraries.of(
                        "no", "always", "unless-stopped", "on-failure", "on-failure:7")
                .map(RestartPolicy::of);
        Arbitrary<Duration> graces = Arbitraries.longs().between(0, 3_600_000).map(Duration::ofMillis);
        return Combinators.combine(label, texts, maps, amounts, ports, policies, graces, label.optional())
                .as((name, words, map, amount, mappings, policy, grace, word) -> new WorkloadSpec(
                        name,
                        WorkloadType.DOCKER_CONTAINER,
                        name + ":1",
                        words,
                        words,
                        words,
                        map,
                        amount.reserved(),
                        amount.limits(),
                        mappings,
                        List.of(new VolumeMount("/" + name, "/" + name, name.length() > 3)),
                        word.map(w -> w + "-n"),
                        word,
                        word.map(w -> "/" + w),
                        policy,
                        map,
                        map,
                        grace,
                        words.isEmpty() ? PullPolicy.ALWAYS : PullPolicy.NEVER,
                        word,
                        Optional.empty()));
    }
}
