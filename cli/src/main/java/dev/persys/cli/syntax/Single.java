package dev.persys.cli.syntax;

import java.util.Optional;

/** An option or parameter with at most one value. */
public final class Single<T> extends Argument<T> {
    Single(String label, Reader<T> reader) {
        super(label, reader);
    }

    public Optional<T> value() {
        return values().stream().findFirst();
    }

    /** The value of a parameter that must be there. */
    public T required() {
        return value().orElseThrow();
    }
}
