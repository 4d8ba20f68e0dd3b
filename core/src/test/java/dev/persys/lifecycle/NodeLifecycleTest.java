package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeStatus;
import dev.persys.model.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

final class NodeLifecycleTest {
    private static final Instant THEN = Instant.parse("2026-01-02T03:00:00Z");
    private static final NodeTimings TIMINGS = NodeTimings.DEFAULT;
    private static final Resources TOTAL = new Resources(4_000, 8_192);
    private static final Resources FREE = new Resources(2_500, 4_096);

    /**
     * Columns: the status before, with (d) where an operator has it drained. A degraded beat is one of an agent whose
     * engine does not answer. The rows that start with "silent" look
     * after that long without a heartbeat; all else happens right after one. A lower-case result means draining.
     */
    private static final String TABLE = """
            signal          Active    Suspect   Inactive  Draining(d) Suspect(d) Inactive(d)
            registered      Active    Active    Active    draining    draining   draining
            beat            Active    Active    Active    draining    draining   draining
            degraded        Suspect   Suspect   Suspect   suspect     suspect    suspect
            silent 0s       Active    Suspect   Inactive  draining    suspect    inactive
            silent 90s      Active    Suspect   Inactive  draining    suspect    inactive
            silent 90.001s  Suspect   Suspect   Inactive  suspect     suspect    inactive
            silent 600s     Suspect   Suspect   Inactive  suspect     suspect    inactive
            silent 600.001s Inactive  Inactive  Inactive  inactive    inactive   inactive
            silent -60s     Active    Suspect   Inactive  draining    suspect    inactive
            drain           draining  suspect   inactive  draining    suspect    inactive
            activate        Active    Suspect   Inactive  Active      Suspect    Inactive
            """;

    @Test
    void everyPairOfStateAndSignalDoesWhatTheTableSays() {
        String states = String.join(" ", states().keySet());
        assertThat(TABLE.lines().findFirst().map(NodeLifecycleTest::squeezed)).hasValue("signal " + states);
        List<String> expected =
                TABLE.lines().skip(1).map(NodeLifecycleTest::squeezed).toList();
        List<String> actual = signals().entrySet().stream()
                .map(signal -> signal.getKey() + " "
                        + states().values().stream()
                                .map(node -> shown(after(node, signal.getValue(), at(signal.getKey()))))
                                .collect(Collectors.joining(" ")))
                .toList();
        assertThat(actual).isEqualTo(expected);
    }

    @Test
    void everyKindOfSignalHasItsRow() {
        Set<Class<?>> kinds = signals().values().stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(kinds).containsExactlyInAnyOrder(NodeSignal.class.getPermittedSubclasses());
    }

    @Test
    void registeredAgainWithoutATotalItKeepsTheOneThatIsKnown() {
        Node node = NodeLifecycle.registered(NodeId.of("a"), facts(Resources.NONE), THEN);
        Node beaten = after(node, new NodeSignal.Beat(FREE, false), THEN);
        assertThat(beaten.facts().total()).as("the first beat tells").isEqualTo(FREE);
        Node again = after(beaten, new NodeSignal.Registered(facts(Resources.NONE)), THEN);
        Node busy = after(again, new NodeSignal.Beat(new Resources(1, 1), false), THEN);
        assertThat(busy.facts().total()).isEqualTo(FREE);
        assertThat(busy.available()).isEqualTo(new Resources(1, 1));
    }

    @Test
    void registeredAgainWithATotalItTakesThatOver() {
        Node node = NodeLifecycle.registered(NodeId.of("a"), facts(FREE), THEN);
        assertThat(after(node, new NodeSignal.Registered(facts(TOTAL)), THEN)
                        .facts()
                        .total())
                .isEqualTo(TOTAL);
    }

    @Test
    void timingsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> new NodeTimings(Duration.ofSeconds(5), Duration.ofSeconds(5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeTimings(Duration.ZERO, Duration.ofSeconds(5)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeTimings(Duration.ofSeconds(-1), Duration.ofSeconds(5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** A signal some seconds after the one before. */
    record Step(NodeSignal signal, long seconds) {}

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void whateverHappensTheStatusTellsSilenceBeforeDraining(@ForAll("steps") List<Step> steps) {
        Node node = NodeLifecycle.registered(NodeId.of("a"), facts(TOTAL), THEN);
        boolean draining = false;
        boolean degraded = false;
        Instant heard = THEN;
        Instant now = THEN;
        for (Step step : steps) {
            now = now.plusSeconds(step.seconds());
            Node after = after(node, step.signal(), now);
            boolean contact =
                    step.signal() instanceof NodeSignal.Beat || step.signal() instanceof NodeSignal.Registered;
            heard = contact ? now : heard;
            degraded = contact ? step.signal() instanceof NodeSignal.Beat beat && beat.degraded() : degraded;
            draining = step.signal() instanceof NodeSignal.DrainAsked
                    || (draining && !(step.signal() instanceof NodeSignal.ActivateAsked));
            assertThat(after.lastHeartbeat()).isEqualTo(heard);
            assertThat(after.draining()).as("only an operator changes it").isEqualTo(draining);
            assertThat(after.since()).isEqualTo(after.status() == node.status() ? node.since() : now);
            assertThat(after.isSchedulable() && draining).isFalse();
            assertThat(after.status() == NodeStatus.DRAINING && !draining).isFalse();
            if (step.signal() instanceof NodeSignal.SilenceChecked) {
                Duration silence = Duration.between(heard, now);
                assertThat(after.status() == NodeStatus.INACTIVE)
                        .isEqualTo(silence.compareTo(TIMINGS.inactiveAfter()) > 0);
                assertThat(after.status().isReachable())
                        .isEqualTo(!degraded && silence.compareTo(TIMINGS.suspectAfter()) <= 0);
                assertThat(after(after, step.signal(), now)).isEqualTo(after);
            }
            if (contact) {
                assertThat(after.status().isReachable()).isEqualTo(!degraded);
            }
            node = after;
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<NodeSignal> signals = Arbitraries.of(List.copyOf(signals().values()));
        return Combinators.combine(signals, Arbitraries.of(0L, 30L, 60L, 300L, 601L))
                .as(Step::new)
                .list()
                .ofMaxSize(20);
    }

    private static Node after(Node node, NodeSignal signal, Instant now) {
        return NodeLifecycle.on(node, signal, now, TIMINGS);
    }

    private static Map<String, NodeSignal> signals() {
        Map<String, NodeSignal> signals = new LinkedHashMap<>();
        signals.put("registered", new NodeSignal.Registered(facts(TOTAL)));
        signals.put("beat", new NodeSignal.Beat(FREE, false));
        signals.put("degraded", new NodeSignal.Beat(FREE, true));
        for (String age : List.of("0s", "90s", "90.001s", "600s", "600.001s", "-60s")) {
            signals.put("silent " + age, NodeSignal.SilenceChecked.INSTANCE);
        }
        signals.put("drain", NodeSignal.DrainAsked.INSTANCE);
        signals.put("activate", NodeSignal.ActivateAsked.INSTANCE);
        return signals;
    }

    private static Instant at(String row) {
        return row.startsWith("silent ") ? THEN.plus(Duration.parse("PT" + row.substring(7))) : THEN;
    }

    private static Map<String, Node> states() {
        Map<String, Node> states = new LinkedHashMap<>();
        for (boolean draining : new boolean[] {false, true}) {
            for (NodeStatus status : List.of(NodeStatus.ACTIVE, NodeStatus.SUSPECT, NodeStatus.INACTIVE)) {
                NodeStatus shown = draining && status == NodeStatus.ACTIVE ? NodeStatus.DRAINING : status;
                Node node = NodeLifecycle.registered(NodeId.of("a"), facts(TOTAL), THEN)
                        .withDraining(draining)
                        .withStatus(shown, THEN);
                states.put(shown + (draining ? "(d)" : ""), node);
            }
        }
        return states;
    }

    private static String shown(Node node) {
        return node.draining()
                ? node.status().text().toLowerCase(java.util.Locale.ROOT)
                : node.status().text();
    }

    private static String squeezed(String line) {
        return line.trim().replaceAll(" +", " ");
    }

    private static NodeFacts facts(Resources total) {
        return new NodeFacts("127.0.0.1", "a", 8086, total, Map.of(), "", "", "", "", "");
    }
}
