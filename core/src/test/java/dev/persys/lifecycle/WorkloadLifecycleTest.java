package dev.persys.lifecycle;

import static dev.persys.lifecycle.WorkloadScenes.FITS;
import static dev.persys.lifecycle.WorkloadScenes.FITS_NOT;
import static dev.persys.lifecycle.WorkloadScenes.HERE;
import static dev.persys.lifecycle.WorkloadScenes.NOW;
import static dev.persys.lifecycle.WorkloadScenes.THERE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ContainerPhase;
import dev.persys.model.Desired;
import dev.persys.model.Generation;
import dev.persys.model.NodeId;
import dev.persys.model.ProofTerms;
import dev.persys.model.RunId;
import dev.persys.model.Workload;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The state machine against the one expected table, {@code workload-transitions.txt}, which explains its own cells. */
final class WorkloadLifecycleTest {
    private static final Generation OLDER = Generation.of(1);
    private static final Generation NEWER = Generation.of(9);
    private static final Optional<String> REQUEST = Optional.of("request 2");

    @ParameterizedTest
    @EnumSource(Desired.class)
    void everyPairOfStateAndSignalDoesWhatTheTableSays(Desired desired) throws IOException {
        assertThat(render(desired)).isEqualTo(expected().get(desired));
    }

    @Test
    void everyKindOfSignalHasItsRows() {
        Workload any = WorkloadScenes.reachable(Desired.RUNNING).get("running");
        Set<Class<?>> inTable =
                signals(any).values().stream().map(Object::getClass).collect(Collectors.toSet());
        assertThat(inTable).containsExactlyInAnyOrderElementsOf(kindsOf(WorkloadSignal.class));
    }

    @Test
    void everyStatusHasItsColumn() {
        Set<String> statuses = WorkloadScenes.reachable(Desired.RUNNING).values().stream()
                .map(workload -> workload.status().text())
                .collect(Collectors.toSet());
        assertThat(statuses)
                .isEqualTo(Arrays.stream(dev.persys.model.WorkloadStatus.values())
                        .map(dev.persys.model.WorkloadStatus::text)
                        .collect(Collectors.toSet()));
    }

    /** One line a signal, one column a state, as the file has it. */
    private static List<String> render(Desired desired) {
        Map<String, Workload> states = WorkloadScenes.reachable(desired);
        List<String> lines = new ArrayList<>();
        lines.add(line(desired.name().toLowerCase(Locale.ROOT), states.keySet()));
        for (String signal : signals(states.get("running")).keySet()) {
            List<String> cells = states.values().stream()
                    .map(state -> cell(state, signals(state).get(signal)))
                    .toList();
            boolean alike = cells.stream().distinct().count() == 1;
            lines.add(line(signal, alike ? List.of("all", cells.get(0)) : cells));
        }
        return lines;
    }

    private static String cell(Workload before, WorkloadSignal signal) {
        Outcome outcome = WorkloadLifecycle.on(before, signal, NOW);
        if (outcome instanceof Outcome.Changed changed) {
            return changed.next().map(next -> change(before, next)).orElse("gone") + effects(changed.effects());
        } else if (outcome instanceof Outcome.Unchanged unchanged) {
            return "." + effects(unchanged.effects());
        }
        return "refused";
    }

    private static String change(Workload before, Workload after) {
        String name = WorkloadScenes.nameOf(after);
        String shown = name.equals(WorkloadScenes.nameOf(before)) ? "same" : name;
        boolean again = after.run().number() > before.run().number();
        return (after.generation().equals(before.generation()) ? again ? "*" : "" : "+") + shown;
    }

    private static String effects(List<WorkloadEffect> effects) {
        StringBuilder letters = new StringBuilder();
        effects.forEach(effect -> effect.runWith(new Letters(letters)));
        return letters.length() == 0 ? "" : "/" + letters;
    }

    private static String line(String label, Collection<String> cells) {
        String columns = cells.stream().map("%-14s"::formatted).collect(Collectors.joining());
        return ("%-20s ".formatted(label) + columns).stripTrailing();
    }

    /** Signals of every kind by the name of their row, for the workload in {@code state}. */
    private static Map<String, WorkloadSignal> signals(Workload state) {
        Map<String, WorkloadSignal> signals = new LinkedHashMap<>();
        for (ContainerPhase phase : ContainerPhase.values()) {
            if (phase == ContainerPhase.EXITED) {
                signals.put("seen exited 0", seen(HERE, state.runId(), phase, 0));
                signals.put("seen exited 1", seen(HERE, state.runId(), phase, 1));
            } else {
                signals.put("seen " + word(phase), seen(HERE, state.runId(), phase, 1));
            }
        }
        RunId before = new RunId(state.generation(), state.run().number() - 1);
        for (ContainerPhase phase : ContainerPhase.values()) {
            signals.put("before " + word(phase), seen(HERE, before, phase, 0));
        }
        for (ContainerPhase phase : ContainerPhase.values()) {
            signals.put("old " + word(phase), seen(HERE, new RunId(OLDER, 1), phase, 0));
            signals.put("there " + word(phase), seen(THERE, state.runId(), phase, 0));
        }
        signals.put("newer running", seen(HERE, new RunId(NEWER, 9), ContainerPhase.RUNNING, 0));
        RunId started = new RunId(state.generation(), state.run().number() + 3);
        signals.put("newer run running", seen(HERE, started, ContainerPhase.RUNNING, 0));
        signals.put("newer run exited", seen(HERE, started, ContainerPhase.EXITED, 0));
        signals.put("found ahead", new WorkloadSignal.FoundAhead(HERE, new RunId(NEWER, 9)));
        signals.put("found ahead there", new WorkloadSignal.FoundAhead(THERE, state.runId()));
        signals.put("found no more", new WorkloadSignal.FoundAhead(HERE, state.runId()));
        signals.put("placed here", new WorkloadSignal.Placed(HERE, FITS));
        signals.put("placed there", new WorkloadSignal.Placed(THERE, FITS));
        signals.put("unplaceable", new WorkloadSignal.Unplaceable(FITS_NOT));
        signals.put("absent", new WorkloadSignal.Absent(HERE));
        signals.put("absent there", new WorkloadSignal.Absent(THERE));
        signals.put("node silent", new WorkloadSignal.NodeSilent(HERE, "no heartbeat"));
        signals.put("other silent", new WorkloadSignal.NodeSilent(THERE, "no heartbeat"));
        signals.put("order delayed", new WorkloadSignal.OrderDelayed(HERE, state.generation(), "401"));
        signals.put("old order delayed", new WorkloadSignal.OrderDelayed(HERE, OLDER, "401"));
        signals.put("other delayed", new WorkloadSignal.OrderDelayed(THERE, state.generation(), "401"));
        signals.put("order not taken", new WorkloadSignal.OrderNotTaken(HERE, state.generation(), "401"));
        signals.put("old not taken", new WorkloadSignal.OrderNotTaken(HERE, OLDER, "401"));
        signals.put("other not taken", new WorkloadSignal.OrderNotTaken(THERE, state.generation(), "401"));
        signals.put("node lost", new WorkloadSignal.NodeLost(HERE));
        signals.put("other lost", new WorkloadSignal.NodeLost(THERE));
        signals.put("node removed", new WorkloadSignal.NodeRemoved(HERE));
        signals.put("other removed", new WorkloadSignal.NodeRemoved(THERE));
        signals.put("retry due", new WorkloadSignal.RetryDue());
        signals.put("proved", new WorkloadSignal.Proved(state.runId()));
        signals.put("logs taken", new WorkloadSignal.LogsTaken(state.runId(), "tail"));
        Instant ended = state.observed().since();
        signals.put("expired", new WorkloadSignal.Expired(ended, "old", false, REQUEST));
        signals.put("expired, node gone", new WorkloadSignal.Expired(ended, "old", true, REQUEST));
        signals.put("expired before", new WorkloadSignal.Expired(ended.minusSeconds(1), "old", true, REQUEST));
        signals.put("stop asked", new WorkloadSignal.StopAsked(REQUEST));
        signals.put("start asked", new WorkloadSignal.StartAsked(REQUEST));
        signals.put("restart asked", new WorkloadSignal.RestartAsked(REQUEST));
        signals.put(
                "change asked",
                new WorkloadSignal.ChangeAsked(
                        WorkloadScenes.withImage(state.spec(), "nginx:2"),
                        ProofTerms.USUAL,
                        REQUEST,
                        Optional.empty()));
        signals.put(
                "same spec asked",
                new WorkloadSignal.ChangeAsked(state.spec(), ProofTerms.USUAL, REQUEST, Optional.empty()));
        signals.put("delete asked", new WorkloadSignal.DeleteAsked(REQUEST, false));
        signals.put("delete all asked", new WorkloadSignal.DeleteAsked(REQUEST, true));
        return signals;
    }

    private static WorkloadSignal seen(NodeId node, RunId run, ContainerPhase phase, int exitCode) {
        return new WorkloadSignal.Seen(node, WorkloadScenes.report(run, phase, exitCode));
    }

    private static String word(ContainerPhase phase) {
        return phase.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static Set<Class<?>> kindsOf(Class<?> signal) {
        return signal.isSealed()
                ? Stream.of(signal.getPermittedSubclasses())
                        .flatMap(kind -> kindsOf(kind).stream())
                        .collect(Collectors.toSet())
                : Set.of(signal);
    }

    /** The tables of the file by what is wanted; lines that start with # and empty ones are for people. */
    private static Map<Desired, List<String>> expected() throws IOException {
        Map<Desired, List<String>> tables = new LinkedHashMap<>();
        try (InputStream in = WorkloadLifecycleTest.class.getResourceAsStream("workload-transitions.txt")) {
            List<String> table = new ArrayList<>();
            for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(text -> !text.isBlank() && !text.startsWith("#"))
                    .toList()) {
                String label = line.substring(0, line.indexOf(' ')).toUpperCase(Locale.ROOT);
                Optional<Desired> head = Arrays.stream(Desired.values())
                        .filter(desired -> desired.name().equals(label))
                        .findFirst();
                table = head.map(desired -> tables.computeIfAbsent(desired, key -> new ArrayList<>()))
                        .orElse(table);
                table.add(line);
            }
        }
        return tables;
    }

    /** Each effect by its letter in the table. */
    private record Letters(StringBuilder text) implements WorkloadEffect.Runner {
        @Override
        public void run(WorkloadEffect.RunContainer effect) {
            text.append('R');
        }

        @Override
        public void stop(WorkloadEffect.StopContainer effect) {
            text.append('S');
        }

        @Override
        public void remove(WorkloadEffect.RemoveContainer effect) {
            text.append('X');
        }

        @Override
        public void findPlacement(WorkloadEffect.FindPlacement effect) {
            text.append('F');
        }

        @Override
        public void release(WorkloadEffect.ReleaseReservation effect) {
            text.append('G');
        }

        @Override
        public void avoid(WorkloadEffect.AvoidPort effect) {
            text.append('A');
        }

        @Override
        public void hold(WorkloadEffect.HoldReservation effect) {
            text.append('H');
        }

        @Override
        public void proveLater(WorkloadEffect.ProveLater effect) {
            text.append('P');
        }

        @Override
        public void retryLater(WorkloadEffect.RetryLater effect) {
            text.append('W');
        }

        @Override
        public void takeLogs(WorkloadEffect.TakeLogs effect) {
            text.append('L');
        }
    }
}
