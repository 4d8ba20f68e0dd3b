package dev.persys.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.lifecycle.NodeCondition.Calls;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Foreign;
import dev.persys.model.Node;
import dev.persys.model.NodeFacts;
import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.NodeStatus;
import dev.persys.model.Orphans;
import dev.persys.model.Resources;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
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
    private static final NodeCondition WELL = NodeCondition.heardNow(Calls.Work.INSTANCE);

    /**
     * Columns: the status before, with (d) where an operator has it drained; a lower-case result means draining. The
     * first rows are signals to a node that was just heard and whose agent answers. In the others nothing happens but
     * that its condition is looked at: how long it has been silent, whether this leader has heard it at all, and how
     * calls to it go.
     */
    private static final String TABLE = """
            row                       Active    Suspect   Inactive  Draining(d) Suspect(d) Inactive(d)
            registered                Active    Active    Active    draining    draining   draining
            beat                      Active    Active    Active    draining    draining   draining
            drain                     draining  draining  draining  draining    draining   draining
            activate                  Active    Active    Active    Active      Active     Active
            orphans-held              Active    Active    Active    draining    draining   draining
            no-orphans                Active    Active    Active    draining    draining   draining
            foreign-seen              Active    Active    Active    draining    draining   draining
            foreign-gone              Active    Active    Active    draining    draining   draining
            orphans-accepted          Active    Active    Active    draining    draining   draining
            silent-0s                 Active    Active    Active    draining    draining   draining
            silent-90s                Active    Active    Active    draining    draining   draining
            silent-90.001s            Suspect   Suspect   Suspect   suspect     suspect    suspect
            silent-600s               Suspect   Suspect   Suspect   suspect     suspect    suspect
            silent-600.001s           Inactive  Inactive  Inactive  inactive    inactive   inactive
            unheard-0s                Active    Suspect   Inactive  draining    suspect    inactive
            unheard-90.001s           Suspect   Suspect   Inactive  suspect     suspect    inactive
            unheard-600.001s          Inactive  Inactive  Inactive  inactive    inactive   inactive
            engine-away-0s            Suspect   Suspect   Suspect   suspect     suspect    suspect
            engine-away-600.001s      Inactive  Inactive  Inactive  inactive    inactive   inactive
            untried-0s                Active    Suspect   Inactive  draining    suspect    inactive
            failing-for-9.999s        Active    Suspect   Inactive  draining    suspect    inactive
            failing-for-10s           Suspect   Suspect   Suspect   suspect     suspect    suspect
            unheard-failing-for-10s   Suspect   Suspect   Inactive  suspect     suspect    inactive
            silent-601s-failing       Inactive  Inactive  Inactive  inactive    inactive   inactive
            """;

    @Test
    void everyPairOfStateAndRowDoesWhatTheTableSays() {
        List<String> actual = new ArrayList<>();
        actual.add("row " + String.join(" ", states().keySet()));
        rows().forEach((name, step) -> actual.add(name + " "
                + states().values().stream()
                        .map(node -> shown(after(node, step.signal(), step.condition(), THEN)))
                        .collect(Collectors.joining(" "))));
        assertThat(actual)
                .isEqualTo(TABLE.lines().map(NodeLifecycleTest::squeezed).toList());
    }

    @Test
    void everyKindOfSignalHasItsRow() {
        Set<Class<?>> kinds =
                rows().values().stream().map(step -> step.signal().getClass()).collect(Collectors.toSet());
        assertThat(kinds).containsExactlyInAnyOrder(NodeSignal.class.getPermittedSubclasses());
    }

    @Test
    void nothingIsPlacedOnANewNodeBeforeACallToItHasSucceeded() {
        Node registered = NodeLifecycle.registered(NodeId.of("a"), facts(TOTAL), THEN);
        assertThat(registered.isSchedulable()).isFalse();
        assertThat(registered.reason()).isEqualTo(NodeReason.NOT_REACHED_YET);

        Node beaten = after(
                registered, new NodeSignal.Beat(FREE, THEN), NodeCondition.heardNow(Calls.Untried.INSTANCE), THEN);
        assertThat(beaten.status()).isEqualTo(NodeStatus.ACTIVE);
        assertThat(beaten.isSchedulable()).isFalse();

        Node reached = after(beaten, NodeSignal.ConditionChecked.INSTANCE, WELL, THEN);
        assertThat(reached.isSchedulable()).isTrue();
        assertThat(reached.reason()).isEqualTo(NodeReason.HEARTBEAT);
    }

    @Test
    void suspectNodeSaysWhyAndDoesNotSayItAnewEachTime() {
        Node node = states().get("Active");
        Node refused = after(node, NodeSignal.ConditionChecked.INSTANCE, failing("401 unauthenticated"), THEN);
        assertThat(refused.reason()).isEqualTo(NodeReason.ORDERS_REFUSED);
        assertThat(refused.message()).isEqualTo("401 unauthenticated");

        Node again = after(refused, NodeSignal.ConditionChecked.INSTANCE, failing("401 in other words"), THEN);

        assertThat(again).isEqualTo(refused);
    }

    @Test
    void heldOrphansAreSaidUntilSomebodyHasAcceptedThatTheyGoAndTheyAreGone() {
        Node node = states().get("Active");
        assertThat(after(node, NodeSignal.OrphansAccepted.INSTANCE, WELL, THEN))
                .as("nobody was asked")
                .satisfies(same -> assertThat(same.orphans()).isEqualTo(Orphans.REMOVED));
        Node held = after(node, new NodeSignal.OrphansHeld(4, 0, 5), WELL, THEN);
        assertThat(held.orphans()).isEqualTo(Orphans.HELD);
        assertThat(held.reason()).isEqualTo(NodeReason.ORPHANS_HELD);
        assertThat(held.message())
                .startsWith("4 of its 5 containers have no record")
                .endsWith("accept-orphans a");
        assertThat(held.isSchedulable()).isTrue();
        assertThat(after(held, new NodeSignal.OrphansHeld(3, 1, 5), WELL, THEN)).isEqualTo(held);
        assertThat(after(held, NodeSignal.ConditionChecked.INSTANCE, WELL, THEN))
                .isEqualTo(held);

        Node away = after(held, NodeSignal.ConditionChecked.INSTANCE, failing("401"), THEN);
        assertThat(away.reason()).as("what is worse").isEqualTo(NodeReason.ORDERS_REFUSED);
        Node back = after(away, NodeSignal.ConditionChecked.INSTANCE, WELL, THEN);
        assertThat(back.reason()).isEqualTo(NodeReason.ORPHANS_HELD);

        Node accepted = after(back, NodeSignal.OrphansAccepted.INSTANCE, WELL, THEN);
        assertThat(accepted.orphans()).isEqualTo(Orphans.ACCEPTED);
        assertThat(accepted.reason()).isEqualTo(NodeReason.HEARTBEAT);
        assertThat(after(accepted, new NodeSignal.OrphansHeld(4, 0, 5), WELL, THEN))
                .isEqualTo(accepted);
        Node settled = after(accepted, new NodeSignal.NoOrphans(Epoch.of(7)), WELL, THEN);
        assertThat(settled.orphans()).isEqualTo(Orphans.REMOVED);
        assertThat(settled.settledIn()).isEqualTo(Epoch.of(7));
    }

    @Test
    void whatIsHeldIsSaidByHowMuchOfIt() {
        assertThat(held(4, 1))
                .startsWith("4 of its 5 containers have no record and 1 are newer than theirs, and nothing");
        assertThat(held(0, 2)).startsWith("2 of its 5 containers are newer than their records, and nothing");
    }

    @Test
    void clustersThatMayBeAliveAreLeftToThemselvesAndAllAreNamed() {
        Node node = states().get("Active");
        List<Foreign> two = List.of(new Foreign(ClusterId.of("a"), 2), new Foreign(ClusterId.of("b"), 1));

        assertThat(after(node, new NodeSignal.ForeignSeen(two.subList(0, 1)), WELL, THEN)
                        .message())
                .startsWith("2 containers of another cluster (a) stay there")
                .contains("may be alive: then leave them to it")
                .endsWith("--filter label=persys.cluster=a)");
        assertThat(after(node, new NodeSignal.ForeignSeen(two), WELL, THEN).message())
                .startsWith("3 containers of other clusters (a, b) stay there")
                .contains("may be alive")
                .endsWith("--filter label=persys.cluster=ID)");
    }

    private static String held(int orphans, int ahead) {
        return after(states().get("Active"), new NodeSignal.OrphansHeld(orphans, ahead, 5), WELL, THEN)
                .message();
    }

    @Test
    void engineThatIsAwayIsTheReasonEvenWhereCallsFailForIt() {
        NodeCondition both =
                new NodeCondition(true, Duration.ZERO, true, failing("503").calls());
        assertThat(after(states().get("Active"), NodeSignal.ConditionChecked.INSTANCE, both, THEN)
                        .reason())
                .isEqualTo(NodeReason.ENGINE_AWAY);
    }

    @Test
    void registeredAgainWithoutATotalItKeepsTheOneThatIsKnown() {
        Node node = NodeLifecycle.registered(NodeId.of("a"), facts(Resources.NONE), THEN);
        Node beaten = after(node, new NodeSignal.Beat(FREE, THEN), WELL, THEN);
        assertThat(beaten.facts().total()).as("the first beat tells").isEqualTo(FREE);
        Node again = after(beaten, new NodeSignal.Registered(facts(Resources.NONE)), WELL, THEN);
        Node busy = after(again, new NodeSignal.Beat(new Resources(1, 1), THEN), WELL, THEN);
        assertThat(busy.facts().total()).isEqualTo(FREE);
        assertThat(busy.available()).isEqualTo(new Resources(1, 1));
    }

    @Test
    void registeredAgainWithATotalItTakesThatOver() {
        Node node = NodeLifecycle.registered(NodeId.of("a"), facts(FREE), THEN);
        assertThat(after(node, new NodeSignal.Registered(facts(TOTAL)), WELL, THEN)
                        .facts()
                        .total())
                .isEqualTo(TOTAL);
    }

    @Test
    void timingsThatMakeNoSenseAreRefused() {
        Duration five = Duration.ofSeconds(5);
        assertThatThrownBy(() -> new NodeTimings(five, five, five)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeTimings(Duration.ZERO, five, five))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeTimings(Duration.ofSeconds(-1), five, five))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new NodeTimings(five, five.plusSeconds(1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /** What happens to a node, and how it stands beside its record then. */
    record Step(NodeSignal signal, NodeCondition condition) {}

    @Property(tries = 500, edgeCases = EdgeCasesMode.NONE)
    void whateverHappensTheStatusTellsTroubleBeforeDraining(@ForAll("steps") List<Step> steps) {
        Node node = NodeLifecycle.registered(NodeId.of("a"), facts(TOTAL), THEN);
        boolean draining = false;
        Instant now = THEN;
        for (Step step : steps) {
            now = now.plusSeconds(30);
            NodeCondition condition = step.condition();
            Node after = after(node, step.signal(), condition, now);
            draining = step.signal() instanceof NodeSignal.DrainAsked
                    || (draining && !(step.signal() instanceof NodeSignal.ActivateAsked));
            assertThat(after.draining()).as("only an operator changes it").isEqualTo(draining);
            assertThat(after.since()).isEqualTo(after.status() == node.status() ? node.since() : now);
            assertThat(after.isSchedulable() && draining).isFalse();
            assertThat(after.isSchedulable() && !after.reached()).isFalse();
            assertThat(after.status() == NodeStatus.DRAINING && !draining).isFalse();
            boolean works = condition.calls() == Calls.Work.INSTANCE;
            assertThat(after.reached()).isEqualTo(node.reached() || works);
            if (condition.silence().compareTo(TIMINGS.suspectAfter()) > 0 || condition.engineAway()) {
                assertThat(after.status().isReachable()).isFalse();
            } else if (condition.heard() && works) {
                assertThat(after.status().isReachable()).isTrue();
            }
            if (!node.status().isReachable() && after.status().isReachable()) {
                assertThat(condition.heard() && works).isTrue();
            }
            assertThat(after(after, NodeSignal.ConditionChecked.INSTANCE, condition, now))
                    .isEqualTo(after);
            node = after;
        }
    }

    @Provide
    Arbitrary<List<Step>> steps() {
        Arbitrary<NodeSignal> signals =
                Arbitraries.of(rows().values().stream().map(Step::signal).toList());
        Arbitrary<NodeCondition> conditions =
                Arbitraries.of(rows().values().stream().map(Step::condition).toList());
        return Combinators.combine(signals, conditions).as(Step::new).list().ofMaxSize(20);
    }

    private static Node after(Node node, NodeSignal signal, NodeCondition condition, Instant now) {
        return NodeLifecycle.on(node, signal, condition, now, TIMINGS);
    }

    private static Map<String, Step> rows() {
        Map<String, Step> rows = new LinkedHashMap<>();
        rows.put("registered", new Step(new NodeSignal.Registered(facts(TOTAL)), WELL));
        rows.put("beat", new Step(new NodeSignal.Beat(FREE, THEN), WELL));
        rows.put("drain", new Step(NodeSignal.DrainAsked.INSTANCE, WELL));
        rows.put("activate", new Step(NodeSignal.ActivateAsked.INSTANCE, WELL));
        rows.put("orphans-held", new Step(new NodeSignal.OrphansHeld(4, 0, 5), WELL));
        rows.put("no-orphans", new Step(new NodeSignal.NoOrphans(Epoch.of(7)), WELL));
        rows.put(
                "foreign-seen",
                new Step(new NodeSignal.ForeignSeen(List.of(new Foreign(ClusterId.of("other"), 2))), WELL));
        rows.put("foreign-gone", new Step(new NodeSignal.ForeignSeen(List.of()), WELL));
        rows.put("orphans-accepted", new Step(NodeSignal.OrphansAccepted.INSTANCE, WELL));
        Calls works = Calls.Work.INSTANCE;
        for (String silence : List.of("0s", "90s", "90.001s", "600s", "600.001s")) {
            look(rows, "silent-" + silence, new NodeCondition(true, span(silence), false, works));
        }
        for (String silence : List.of("0s", "90.001s", "600.001s")) {
            look(rows, "unheard-" + silence, new NodeCondition(false, span(silence), false, works));
        }
        for (String silence : List.of("0s", "600.001s")) {
            look(rows, "engine-away-" + silence, new NodeCondition(true, span(silence), true, works));
        }
        look(rows, "untried-0s", NodeCondition.heardNow(Calls.Untried.INSTANCE));
        for (String lasting : List.of("9.999s", "10s")) {
            look(rows, "failing-for-" + lasting, NodeCondition.heardNow(fail("refused", span(lasting))));
        }
        Calls fails = fail("refused", span("10s"));
        look(rows, "unheard-failing-for-10s", new NodeCondition(false, Duration.ZERO, false, fails));
        look(rows, "silent-601s-failing", new NodeCondition(true, span("601s"), false, fails));
        return rows;
    }

    private static void look(Map<String, Step> rows, String name, NodeCondition condition) {
        rows.put(name, new Step(NodeSignal.ConditionChecked.INSTANCE, condition));
    }

    private static NodeCondition failing(String sentence) {
        return NodeCondition.heardNow(fail(sentence, Duration.ofMinutes(1)));
    }

    private static Calls fail(String sentence, Duration lasting) {
        return new Calls.Fail(NodeReason.ORDERS_REFUSED, sentence, lasting);
    }

    private static Duration span(String seconds) {
        return Duration.parse("PT" + seconds);
    }

    private static Map<String, Node> states() {
        Map<String, Node> states = new LinkedHashMap<>();
        for (boolean draining : new boolean[] {false, true}) {
            for (NodeStatus status : List.of(NodeStatus.ACTIVE, NodeStatus.SUSPECT, NodeStatus.INACTIVE)) {
                NodeStatus shown = draining && status == NodeStatus.ACTIVE ? NodeStatus.DRAINING : status;
                Node node = NodeLifecycle.registered(NodeId.of("a"), facts(TOTAL), THEN)
                        .withReached()
                        .withDraining(draining)
                        .withStatus(shown, NodeReason.OTHER, "", THEN);
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
