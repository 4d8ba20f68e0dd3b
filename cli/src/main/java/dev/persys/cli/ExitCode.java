package dev.persys.cli;

/**
 * What the exit status of a process means; nothing exits with any other, unless a container's is asked for. The manual's
 * page on the CLI lists them.
 */
public enum ExitCode implements Exit {
    OK(0, "done"),
    /** What was asked for was tried and did not come true, such as a container that cannot start. */
    FAILED(1, "the outcome is a failure"),
    /** Nothing was tried: the command line, the file or the request is wrong. */
    USAGE(2, "bad usage or bad input"),
    NOT_FOUND(3, "there is no such workload or node"),
    REFUSED(4, "refused as things stand: a conflict, or an ambiguous reference"),
    UNREACHABLE(5, "no scheduler answers, or it cannot serve at the moment"),
    UNAUTHORIZED(6, "the token or certificate is missing, wrong, or may not do this"),
    TIMED_OUT(7, "--timeout passed before the outcome was known"),
    /** A defect of ours. */
    INTERNAL(70, "an error inside persys itself"),
    /** A server process cannot read or use its configuration. */
    CONFIGURATION(78, "the configuration cannot be used"),
    PORT_TAKEN(79, "an address to listen on is taken"),
    STORE_UNUSABLE(80, "the state store cannot be opened"),
    NOT_READY(81, "the process did not become ready in time"),
    ACTOR_SYSTEM_FAILED(82, "the actor system ended by itself"),
    INTERRUPTED(130, "interrupted by Ctrl-C"),
    TERMINATED(143, "ended by a signal before it was ready");

    private final int status;
    private final String meaning;

    ExitCode(int status, String meaning) {
        this.status = status;
        this.meaning = meaning;
    }

    @Override
    public int status() {
        return status;
    }

    /** For people, in a few words. */
    public String meaning() {
        return meaning;
    }
}
