package dev.persys.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.ClusterId;
import dev.persys.model.ContainerPhase;
import dev.persys.model.ContainerReport;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.PullProgress;
import java.io.UncheckedIOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is read from a peer or the store is whole, or it is not made. */
final class WireRecordsTest {
    /** Others may leave these out, and then they are empty. */
    private static final List<String> MAY_BE_LEFT_OUT = List.of(
            "ContainerList.foreign",
            "Problem.title",
            "Problem.detail",
            "Problem.errors",
            "Problem.candidates",
            "RegisterResponse.warnings");

    static Stream<Record> records() {
        return Stream.of(
                WireSamples.REPORT,
                WireSamples.REPORT.ports().get(0),
                new ContainerList("b-7", List.of(WireSamples.REPORT), List.of()),
                new AgentEvent("b-8", WireSamples.REPORT),
                new ContainerOrder(
                        WireSamples.WORKLOAD.id(),
                        Generation.of(2),
                        Epoch.of(3),
                        ClusterId.of("c-1"),
                        Duration.ZERO,
                        Optional.empty(),
                        9,
                        false),
                new RegisterResponse(
                        NodeId.of("node-1"),
                        NodeStatus.ACTIVE,
                        ClusterId.of("c-1"),
                        Epoch.of(3),
                        Duration.ofSeconds(30)),
                WireSamples.REGISTER,
                new Heartbeat(NodeId.of("node-1"), "active", BigDecimal.ONE, 1),
                WireSamples.EVENT,
                Problem.of(Problem.Type.BUSY, "x"),
                new FieldError("/a", "b", "c"),
                RunOrder.of(
                        WireSamples.WORKLOAD.id(),
                        WireSamples.WORKLOAD.spec(),
                        Generation.of(2),
                        Epoch.of(3),
                        ClusterId.of("c-1"),
                        Optional.empty()),
                WireSamples.WORKLOAD,
                WireSamples.WORKLOAD.spec(),
                WireSamples.WORKLOAD.observed(),
                WireSamples.WORKLOAD.placement().orElseThrow(),
                WireSamples.WORKLOAD.placement().orElseThrow().chosen().orElseThrow(),
                WireSamples.WORKLOAD.spec().ports().get(0),
                WireSamples.WORKLOAD.spec().volumes().get(0),
                WireSamples.WORKLOAD.spec().limits(),
                WireSamples.WORKLOAD.spec().restartPolicy(),
                WireSamples.NODE,
                WireSamples.NODE.facts(),
                WireSamples.NODE.id(),
                WireSamples.WORKLOAD.id(),
                ClusterId.of("c-1"));
    }

    @ParameterizedTest
    @MethodSource("records")
    void aRecordWithAPartMissingIsNotMadeAndThePartIsNamed(Record whole) throws ReflectiveOperationException {
        RecordComponent[] components = whole.getClass().getRecordComponents();
        for (int missing = 0; missing < components.length; missing++) {
            String name = components[missing].getName();
            if (components[missing].getType().isPrimitive()
                    || MAY_BE_LEFT_OUT.contains(whole.getClass().getSimpleName() + "." + name)) {
                continue;
            }
            List<Object> values = new ArrayList<>();
            for (RecordComponent component : components) {
                values.add(component.getAccessor().invoke(whole));
            }
            values.set(missing, null);
            Constructor<?> constructor = whole.getClass()
                    .getDeclaredConstructor(Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new));

            assertThatThrownBy(() -> constructor.newInstance(values.toArray()))
                    .as("%s without %s", whole.getClass().getSimpleName(), name)
                    .isInstanceOf(InvocationTargetException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .satisfies(refusal -> {
                        if (!name.equals("value")) {
                            assertThat(refusal.getMessage()).contains(name);
                        }
                    });
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "{'containers':[],'orders':[]}                       | ContainerList | cursor is missing",
                "{'cursor':'b-1','orders':[]}                        | ContainerList | containers is missing",
                "{'cursor':'b-1','containers':[{}],'orders':[]}      | ContainerList | containers[0]: workloadId is missing",
                "{'result':[]}                                       | ContainerList | cursor is missing",
                "{'id':'b-1'}                                        | AgentEvent    | report is missing",
                "{'id':{},'report':null}                             | AgentEvent    | id: text is wanted",
                "[]                                                  | AgentEvent    | wanted",
                "null                                                | AgentEvent    | null",
                "<html>                                              | AgentEvent    | line 1, column 1"
            })
    void anAnswerThatIsNotWholeIsRefusedInWordsThatNameThePartAndNoClass(String json, String type, String fault)
            throws ClassNotFoundException {
        Class<?> wanted = Class.forName("dev.persys.api." + type);

        assertThatThrownBy(() -> Json.read(json.replace('\'', '"'), wanted))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining("not a " + type + ": ")
                .hasMessageContaining(fault)
                .hasMessageNotContainingAny("dev.persys", "fasterxml", "`");
    }

    @Test
    void aPhaseOfANewerAgentStopsNothing() {
        String dozing = Json.write(new AgentEvent("b-1", WireSamples.REPORT)).replace("EXITED", "DOZING");

        ContainerReport report = Json.read(dozing, AgentEvent.class).report();

        assertThat(report.phase()).isEqualTo(ContainerPhase.UNKNOWN);
        assertThat(report.phase().isLive()).isFalse();
        assertThat(report.workloadId()).isEqualTo(WireSamples.REPORT.workloadId());
    }

    @Test
    void aLongMessageIsCutAndAnEndlessIdRefused() {
        String json = Json.write(WireSamples.REPORT);
        String long1 = json.replace("Docker's words", "x".repeat(1_000_000));

        assertThat(Json.read(long1, ContainerReport.class).message()).hasSize(8 * 1024);
        assertThatThrownBy(() -> Json.read(json.replace("c0ffee", "x".repeat(1_000)), ContainerReport.class))
                .hasMessageContaining("containerId is of 1000 characters");
        assertThatThrownBy(() -> Json.read(json.replace("2026-", "+12026-"), ContainerReport.class))
                .hasMessageContaining("between the years");
    }

    @Test
    void progressIsNotNegative() {
        assertThatThrownBy(() -> new PullProgress(1, 0, -1, 0)).isInstanceOf(IllegalArgumentException.class);
    }
}
