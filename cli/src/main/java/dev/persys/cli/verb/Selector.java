package dev.persys.cli.verb;

import dev.persys.cli.client.SeenWorkload;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Reader.NotAValueException;
import java.util.Optional;

/**
 * Which workloads are meant, by one of their labels.
 *
 * @param value that the label is to have, or not to have; absent, any
 * @param wanted whether workloads fit that have it, or those that have not
 */
record Selector(String key, Optional<String> value, boolean wanted) {
    /** {@code KEY=VALUE}, {@code KEY!=VALUE}, {@code KEY} or {@code !KEY}; {@code ==} is as {@code =}. */
    static final Reader<Selector> READER = Selector::parse;

    static final String LABEL = "SELECTOR";

    static final String DESCRIPTION =
            "Only those whose labels are so: KEY=VALUE, KEY!=VALUE, KEY or !KEY; several must all hold.";

    private static Selector parse(String text) throws NotAValueException {
        int equals = text.indexOf('=');
        Selector selector;
        if (equals < 0) {
            boolean absent = text.startsWith("!");
            selector = new Selector(absent ? text.substring(1) : text, Optional.empty(), !absent);
        } else {
            boolean differs = equals > 0 && text.charAt(equals - 1) == '!';
            int value = text.startsWith("==", equals) ? equals + 2 : equals + 1;
            selector = new Selector(
                    text.substring(0, differs ? equals - 1 : equals), Optional.of(text.substring(value)), !differs);
        }
        if (selector.key().isBlank() || selector.key().startsWith("!")) {
            throw new NotAValueException("KEY=VALUE, KEY!=VALUE, KEY or !KEY is wanted");
        }
        return selector;
    }

    /** A workload without the label has no value of it, and so it has another one than any. */
    boolean fits(SeenWorkload workload) {
        Optional<String> has =
                Optional.ofNullable(workload.json().path("labels").path(key).textValue());
        boolean same = value.isPresent() ? has.equals(value) : has.isPresent();
        return same == wanted;
    }

    /** As it is typed. */
    @Override
    public String toString() {
        return value.map(text -> key + (wanted ? "=" : "!=") + text).orElse((wanted ? "" : "!") + key);
    }
}
