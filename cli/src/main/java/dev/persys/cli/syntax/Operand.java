package dev.persys.cli.syntax;

/** What a verb's parameters name; shells complete them by it. */
public enum Operand {
    /** A workload: an id, a unique prefix of one, or a name. */
    WORKLOAD,
    NODE,
    FILE,
    /** Nothing a shell could know. */
    OTHER
}
