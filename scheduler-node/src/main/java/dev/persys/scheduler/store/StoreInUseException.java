package dev.persys.scheduler.store;

import java.nio.file.Path;

/** An embedded state store is used by somebody else, which it can only be by one at a time. */
public final class StoreInUseException extends StoreOpenException {
    private static final long serialVersionUID = 1L;

    private final String sentence;

    /** @param holder who uses it, such as {@code another process (pid 42)} */
    StoreInUseException(Path directory, String holder) {
        this("The state store in " + directory + " is in use by " + holder + ".");
    }

    private StoreInUseException(String sentence) {
        super(sentence
                + " Stop that process, or give this one a directory of its own (persys.store.embedded.directory).");
        this.sentence = sentence;
    }

    /** Which store is used by whom, for those who do not want to use it themselves, and have another remedy. */
    public String sentence() {
        return sentence;
    }
}
