package dev.persys.api;

import java.util.List;
import java.util.function.Function;

/** The outcome of reading a request: the value it means, or everything that is wrong with it. */
public sealed interface Parsed<T> {
    record Valid<T>(T value) implements Parsed<T> {}

    /** At least one error, in the order of the fields. */
    record Invalid<T>(List<FieldError> errors) implements Parsed<T> {
        public Invalid {
            errors = List.copyOf(errors);
        }
    }

    default <R> R fold(Function<T, R> valid, Function<List<FieldError>, R> invalid) {
        if (this instanceof Valid<T> ok) {
            return valid.apply(ok.value());
        }
        return invalid.apply(((Invalid<T>) this).errors());
    }

    /** The value; or {@code otherwise}, with the errors put to those gathered so far. */
    default T orElse(T otherwise, List<FieldError> gathered) {
        return fold(value -> value, errors -> {
            gathered.addAll(errors);
            return otherwise;
        });
    }
}
