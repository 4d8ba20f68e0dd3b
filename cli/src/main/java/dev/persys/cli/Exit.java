package dev.persys.cli;

/** What a verb ends with. */
public sealed interface Exit permits ExitCode, Exit.OfContainer {
    /** The exit status, 0 to 255. */
    int status();

    /** A container's own, passed on because that was asked for: only then may a status mean something else than here. */
    record OfContainer(int status) implements Exit {}
}
