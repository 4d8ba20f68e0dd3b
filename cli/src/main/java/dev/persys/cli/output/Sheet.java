package dev.persys.cli.output;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;

/** One thing's properties, one under the other; what is empty is left out. */
public final class Sheet {
    private record Line(String label, String value) {}

    private final long nowMillis;
    private final List<Line> lines = new ArrayList<>();

    public Sheet(long nowMillis) {
        this.nowMillis = nowMillis;
    }

    public void line(String label, String value) {
        if (!value.isEmpty()) {
            lines.add(new Line(label, Table.printable(value)));
        }
    }

    /** Several values under one label. */
    public void lines(String label, List<String> values) {
        for (int i = 0; i < values.size(); i++) {
            lines.add(new Line(i == 0 ? label : "", Table.printable(values.get(i))));
        }
    }

    /** A moment, with how long ago it was. */
    public void moment(String label, String moment) {
        if (!moment.isEmpty()) {
            line(label, moment + " (" + Times.age(moment, nowMillis) + " ago)");
        }
    }

    public void print(PrintStream out) {
        int width = lines.stream().mapToInt(line -> line.label().length()).max().orElse(0);
        for (Line line : lines) {
            String label = line.label().isEmpty() ? "" : line.label() + ":";
            out.println((label + " ".repeat(width + 3 - label.length()) + line.value()).stripTrailing());
        }
    }
}
