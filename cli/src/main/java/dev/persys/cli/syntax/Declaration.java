package dev.persys.cli.syntax;

import java.util.List;

/**
 * An option or parameter as a verb declares it. Compared by identity, which is what it has; and no record, because
 * the generated hash of one is put together at run time, which takes longer than reading a command line.
 */
final class Declaration {
    /** How often something may be given. */
    enum Times {
        /** As an option without a value. */
        FLAG,
        ONCE,
        REPEATED,
        /** As often as wanted, or not at all. */
        ANY
    }

    private final List<String> names;
    private final String label;
    private final String description;
    private final Times times;

    private Declaration(List<String> names, String label, String description, Times times) {
        this.names = List.copyOf(names);
        this.label = label;
        this.description = description;
        this.times = times;
    }

    static Declaration option(String names, String label, String description, Times times) {
        return new Declaration(List.of(names.split(", ", -1)), label, description, times);
    }

    /** A parameter; it must be there. */
    static Declaration parameter(String label, String description, Times times) {
        return new Declaration(List.of(), label, description, times);
    }

    /** What it is called in messages. */
    String name() {
        return names.isEmpty() ? label : names.get(names.size() - 1);
    }

    /** Of an option, shortest first; empty for a parameter. */
    List<String> names() {
        return names;
    }

    /** What a value is called. */
    String label() {
        return label;
    }

    String description() {
        return description;
    }

    Times times() {
        return times;
    }
}
