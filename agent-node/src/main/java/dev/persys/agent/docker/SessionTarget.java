package dev.persys.agent.docker;

import akka.Done;
import dev.persys.api.TerminalSize;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** The process that a session is about. What does not answer with a stage blocks; all fail as the engine does. */
interface SessionTarget {
    /** Of the request whose connection becomes its standard streams. */
    String path();

    /** Of the same request, as JSON; empty text is none. */
    String body();

    boolean hasTerminal();

    /** Of its terminal, where the client has told one; for engines that take none with the request (before API 1.42). */
    Optional<TerminalSize> firstSize();

    void resize(TerminalSize size);

    /** The engine passes the process's output on from now on. */
    default void begun() {}

    /** Whether the end of what the client gives is the end of its standard input. */
    default boolean endsInput() {
        return true;
    }

    /**
     * To the process, and to what it has started where the engine does not know of that.
     *
     * @param name such as {@code TERM}
     */
    void signal(String name);

    /** The exit code of the process, whose output has ended; empty where it runs on. */
    CompletionStage<Optional<Integer>> exitCode();

    /** The session has ended before the process. */
    CompletionStage<Done> abandon();
}
