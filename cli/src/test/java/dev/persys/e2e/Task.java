package dev.persys.e2e;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing that people do on their first day.
 *
 * @param steps how many lines are typed for it here
 * @param others how many with that of docker's services, Nomad and kubectl with which it takes the fewest
 * @param best which that is
 * @param later what there has to be first, where it takes more here; empty where it does not
 */
record Task(String title, int steps, int others, String best, String later, Deed deed) {
    /** How it is done, and what has come of it then. */
    @FunctionalInterface
    interface Deed {
        void by(Typist user) throws Exception;
    }

    Task {
        if (later.isEmpty() && steps > others) {
            throw new IllegalArgumentException(title + " takes more steps than " + best + ": " + steps);
        }
    }

    Task(String title, int steps, int others, String best, Deed deed) {
        this(title, steps, others, best, "", deed);
    }

    /** Its row in the manual. */
    String row(List<String> typed) {
        String lines = typed.stream().map(line -> "`" + line + "`").collect(Collectors.joining("<br>"));
        return "| " + title + " | " + lines + " | " + steps + " | " + others + " (" + best + ") |";
    }
}
