package dev.persys.scheduler.store;

import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What is inside the wrappings that stages put around a failure. */
public final class Failures {
    private Failures() {}

    /** The first failure that is no such wrapping; {@code failure} itself where it is none. */
    public static Throwable unwrapped(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }
}
