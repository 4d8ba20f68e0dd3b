package dev.persys.cli.syntax;

/** Turns what was typed into a value. */
@FunctionalInterface
public interface Reader<T> {
    /** Takes the text as it is. */
    Reader<String> TEXT = text -> text;

    /** A whole number, zero or more. */
    Reader<Integer> COUNT = text -> {
        if (!text.matches("[0-9]{1,9}")) {
            throw new NotAValueException("a whole number is wanted, such as 100");
        }
        return Integer.parseInt(text);
    };

    /**
     * The value of {@code text}.
     *
     * @throws NotAValueException where it is none, saying what would be
     */
    T read(String text) throws NotAValueException;

    /** The text is of another form; the message says of which it has to be. */
    final class NotAValueException extends Exception {
        private static final long serialVersionUID = 1L;

        public NotAValueException(String wanted) {
            super(wanted);
        }
    }
}
