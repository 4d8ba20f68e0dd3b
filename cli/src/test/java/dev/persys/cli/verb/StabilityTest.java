package dev.persys.cli.verb;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.verb.Stability.Miss;
import dev.persys.cli.verb.Stability.Verdict;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StabilityTest {
    private static final Duration WINDOW = Duration.ofSeconds(5);

    /** A look such as {@code Running run=2 restarts=1 health=starting}. */
    private static SeenWorkload look(String text) {
        String[] words = text.split(" ");
        ObjectNode json =
                JsonText.object().put("status", words[0]).put("reason", "").put("generation", 1);
        json.put("run", 1).put("restartCount", 0).put("restartPolicy", "no");
        for (String word : List.of(words).subList(1, words.length)) {
            String[] pair = word.split("=", 2);
            switch (pair[0]) {
                case "restarts" -> json.put("restartCount", Integer.parseInt(pair[1]));
                case "retry" -> json.putObject("retry").put("attempt", Integer.parseInt(pair[1]));
                case "policy" -> json.put("restartPolicy", pair[1]);
                case "health" -> json.putObject("health").put("status", pair[1]);
                case "change" -> {
                    // Version 4 is proved; version 5 is what undoes it.
                    boolean undone = pair[1].equals("undone");
                    json.putObject("change")
                            .put("to", undone ? 5 : 4)
                            .put("from", undone ? 4 : 3)
                            .put("state", pair[1]);
                }
                default -> json.put(pair[0], pair[1]);
            }
        }
        return new SeenWorkload(json);
    }

    /** What each of the looks, which are so many seconds apart, tells. */
    private static List<String> verdicts(Duration window, int secondsApart, String... looks) {
        Stability stability = Stability.from(look(looks[0]), window);
        List<String> told = new ArrayList<>();
        for (int i = 0; i < looks.length; i++) {
            Stability.Judged judged = stability.on(
                    look(looks[i]), Duration.ofSeconds((long) i * secondsApart).toNanos());
            stability = judged.next();
            told.add(word(judged.verdict()));
        }
        return told;
    }

    private static String word(Verdict verdict) {
        if (verdict instanceof Verdict.Missed missed) {
            return missed.why().name();
        } else if (verdict instanceof Verdict.Unknown unknown) {
            return unknown.untilNanos()
                    .map(nanos -> "until " + nanos / 1_000_000_000)
                    .orElse("-");
        }
        return "stable";
    }

    @ParameterizedTest
    @CsvSource({
        "Pending, -, -",
        "Pending reason=PortInUse, -, -",
        "Pending reason=PortInUse retry=2, NOT_STARTED, NOT_STARTED",
        "Restarting reason=PortInUse, NOT_STARTED, NOT_STARTED",
        "Scheduled, -, -",
        "Pulling, -, -",
        "Starting, -, -",
        "Running, until 0, stable",
        "Running reason=Stopping, -, stable",
        "Running health=starting, -, stable",
        "Running health=healthy, until 0, stable",
        "Running health=none, until 0, stable",
        "Running health=unhealthy, UNHEALTHY, stable",
        "Exited, stable, stable",
        "Exited policy=on-failure:3, stable, stable",
        "Exited policy=always, ENDED, stable",
        "Exited policy=unless-stopped, ENDED, stable",
        "Failed, ENDED, ENDED",
        "Stopped, ENDED, ENDED",
        "Missing, -, -",
        "Lost, -, -",
        "Unknown, -, -",
        "Restarting, CRASHED, -",
        "Restarting reason=Completed policy=always, CRASHED, -",
        "Restarting reason=ContainerUnusable, -, -",
        "Restarting reason=StartRefused, NOT_STARTED, NOT_STARTED",
        "Restarting reason=ImagePullFailed, NOT_STARTED, NOT_STARTED",
        "Newer, -, -"
    })
    void firstLookTells(String seen, String watched, String atOnce) {
        assertThat(verdicts(WINDOW, 0, seen)).containsExactly(watched.equals("until 0") ? "until 5" : watched);
        assertThat(verdicts(Duration.ZERO, 0, seen)).containsExactly(atOnce);
    }

    @Test
    void sameStartHasToRunForTheWindow() {
        assertThat(verdicts(WINDOW, 2, "Scheduled", "Running", "Running", "Running", "Running"))
                .containsExactly("-", "until 7", "until 7", "until 7", "stable");
    }

    @Test
    void whatEndsWithinTheWindowIsNotStable() {
        assertThat(verdicts(WINDOW, 2, "Running", "Failed")).containsExactly("until 5", "ENDED");
        assertThat(verdicts(WINDOW, 2, "Running", "Restarting")).containsExactly("until 5", "CRASHED");
        assertThat(verdicts(WINDOW, 2, "Running", "Exited")).containsExactly("until 5", "stable");
    }

    @Test
    void restartBetweenTwoLooksIsSeen() {
        assertThat(verdicts(WINDOW, 2, "Scheduled", "Running restarts=1")).containsExactly("-", "RESTARTED");
        assertThat(verdicts(WINDOW, 4, "Running", "Running restarts=1")).containsExactly("until 5", "RESTARTED");
        assertThat(verdicts(WINDOW, 6, "Running", "Running restarts=1")).containsExactly("until 5", "RESTARTED");
    }

    @Test
    void restartsOfBeforeCountForNothing() {
        assertThat(verdicts(WINDOW, 6, "Running restarts=7", "Running restarts=7"))
                .containsExactly("until 5", "stable");
        assertThat(verdicts(WINDOW, 3, "Running restarts=7", "Running restarts=8"))
                .containsExactly("until 5", "RESTARTED");
    }

    @Test
    void startThatSomebodyAskedForIsWatchedAnew() {
        assertThat(verdicts(WINDOW, 3, "Running", "Running run=2", "Running run=2", "Running run=2"))
                .containsExactly("until 5", "until 8", "until 8", "stable");
        assertThat(verdicts(WINDOW, 3, "Running startedAt=a", "Running startedAt=b"))
                .containsExactly("until 5", "until 8");
    }

    @Test
    void containerThatSomebodyElseRemovedIsNoCrash() {
        assertThat(verdicts(WINDOW, 3, "Running", "Missing", "Running restarts=1 generation=2", "Running restarts=2"))
                .containsExactly("until 5", "-", "until 11", "RESTARTED");
    }

    @Test
    void nodeThatIsSilentForAWhileCostsNothing() {
        assertThat(verdicts(WINDOW, 3, "Running", "Unknown", "Running")).containsExactly("until 5", "-", "stable");
    }

    @Test
    void healthIsWaitedForBeyondTheWindow() {
        assertThat(verdicts(WINDOW, 4, "Running health=starting", "Running health=starting", "Running health=healthy"))
                .containsExactly("-", "-", "stable");
        assertThat(verdicts(WINDOW, 4, "Running health=starting", "Running health=unhealthy"))
                .containsExactly("-", Miss.UNHEALTHY.name());
    }

    @Test
    void changeThatIsUndoneIsMissed() {
        assertThat(verdicts(
                        WINDOW,
                        2,
                        "Scheduled change=proving",
                        "Running change=proving",
                        "Failed change=proving",
                        "Running change=undone"))
                .containsExactly("-", "-", "-", "UNDONE");
        assertThat(verdicts(WINDOW, 2, "Scheduled change=proving", "Running change=proving", "Running change=stable"))
                .containsExactly("-", "-", "stable");
        assertThat(verdicts(WINDOW, 2, "Scheduled change=proving", "Failed change=kept"))
                .containsExactly("-", "ENDED");
        assertThat(verdicts(Duration.ZERO, 1, "Scheduled change=proving", "Running change=undone"))
                .containsExactly("-", "UNDONE");
        assertThat(verdicts(Duration.ZERO, 1, "Scheduled change=proving", "Running change=proving"))
                .containsExactly("-", "stable");
        // One of before is no matter of this wait.
        assertThat(verdicts(WINDOW, 2, "Running change=undone")).containsExactly("until 5");
    }

    @Test
    void whatRunsAndWasNeverRestartedIsSettled() {
        assertThat(List.of(
                        Stability.isSettled(look("Running")),
                        Stability.isSettled(look("Running health=healthy")),
                        Stability.isSettled(look("Running health=starting")),
                        Stability.isSettled(look("Running restarts=1")),
                        Stability.isSettled(look("Running reason=Stopping")),
                        Stability.isSettled(look("Running change=proving")),
                        Stability.isSettled(look("Restarting"))))
                .containsExactly(true, true, false, false, false, false, false);
        assertThat(Stability.from(look("Running"), WINDOW).start()).isEqualTo(Optional.empty());
    }
}
