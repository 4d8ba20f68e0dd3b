package dev.persys.scheduler.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What happened, a line each, for people. Written only where somebody wants to read it: a run is the same without. */
final class SimTrace {
    private static final int LONGEST_LINE = 260;
    private static final Pattern WORKLOAD = Pattern.compile("00000000-0000-4000-8000-0*([0-9a-f]+)");
    private static final Pattern INCARNATION = Pattern.compile("#-?\\d+");
    private static final Pattern LAMBDA = Pattern.compile("\\$\\$Lambda[^,\\]\\s]*|@[0-9a-f]{4,}");
    private static final Pattern STREAM = Pattern.compile("StreamSupervisor-\\d+|flow-\\d+|\\.out\\(-?\\d+\\)");

    private final SimAgenda agenda;
    private final boolean kept;
    private final List<String> lines = new ArrayList<>();
    private long steps;

    SimTrace(SimAgenda agenda, boolean kept) {
        this.agenda = agenda;
        this.kept = kept;
    }

    boolean isKept() {
        return kept;
    }

    long steps() {
        return steps;
    }

    void step() {
        steps++;
    }

    /** Of {@code who}, at this step; {@code what} is made of plain text and values whose text is the same in each run. */
    void line(String who, Object... what) {
        if (!kept) {
            return;
        }
        StringBuilder text = new StringBuilder();
        for (Object part : what) {
            text.append(part);
        }
        String line = String.format(
                Locale.ROOT,
                "%6d %+12.6f  %-28s %s",
                steps,
                agenda.now() / 1e9,
                readable(who),
                readable(text.toString()));
        lines.add(line.length() > LONGEST_LINE ? line.substring(0, LONGEST_LINE) + "…" : line);
    }

    List<String> lines() {
        return lines;
    }

    static String readable(String text) {
        String named = WORKLOAD.matcher(text).replaceAll("w$1");
        String steady =
                LAMBDA.matcher(INCARNATION.matcher(named).replaceAll("")).replaceAll("");
        return STREAM.matcher(steady).replaceAll("flow").replace('\n', ' ');
    }
}
