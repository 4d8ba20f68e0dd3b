package dev.persys.cli.syntax;

/** An option that may be repeated, or parameters. */
public final class Several<T> extends Argument<T> {
    Several(String label, Reader<T> reader) {
        super(label, reader);
    }
}
