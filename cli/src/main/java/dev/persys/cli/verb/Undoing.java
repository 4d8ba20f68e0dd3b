package dev.persys.cli.verb;

import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.util.Optional;

/** The option {@code --undo} of the verbs that give a workload another specification. */
final class Undoing {
    static final String LABEL = "auto|never";

    private static final Reader<String> WORD = text -> {
        if (!text.equals("auto") && !text.equals("never")) {
            throw new Reader.NotAValueException("auto or never is wanted");
        }
        return text;
    };

    private final Single<String> undo;

    Undoing(Syntax syntax) {
        undo = syntax.option(
                "--undo",
                LABEL,
                "Whether a change that does not stay up is undone by the scheduler: auto (otherwise) or never.",
                WORD);
    }

    /** The word; empty for the scheduler's usual terms. */
    Optional<String> value() {
        return undo.value();
    }
}
