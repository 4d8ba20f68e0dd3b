package dev.persys.http.server;

import dev.persys.api.DurationText;
import dev.persys.api.FieldError;
import dev.persys.api.LogQuery;
import dev.persys.api.Parsed;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** {@code tail}, {@code since}, {@code follow} and {@code previous} of a query for logs. */
public final class LogParameters {
    public static final Set<String> NAMES = Set.of("tail", "since", "follow", "previous");

    private static final int MAX_LINES = 100_000_000;

    private LogParameters() {}

    /**
     * The query that they mean.
     *
     * @param now what a duration in {@code since} counts back from
     */
    public static Parsed<LogQuery> of(Call call, Instant now) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Integer> tail = call.number("tail", 0, MAX_LINES).orElse(Optional.empty(), errors);
        Optional<Instant> since = since(call, now).orElse(Optional.empty(), errors);
        boolean follow = call.flag("follow").orElse(false, errors);
        boolean previous = call.flag("previous").orElse(false, errors);
        if (follow && previous) {
            errors.add(new FieldError(
                    "?follow", "true", "false with previous=true: nothing comes any more of a run that is over"));
        }
        if (!errors.isEmpty()) {
            return new Parsed.Invalid<>(errors);
        }
        LogQuery query = new LogQuery(tail, since, follow);
        return new Parsed.Valid<>(previous ? query.ofPrevious() : query);
    }

    private static Parsed<Optional<Instant>> since(Call call, Instant now) {
        Optional<String> text = call.parameter("since");
        if (text.isEmpty()) {
            return new Parsed.Valid<>(Optional.empty());
        }
        Optional<Duration> ago = DurationText.parse(text.get());
        if (ago.isPresent()) {
            return new Parsed.Valid<>(Optional.of(now.minus(ago.get())));
        }
        try {
            return new Parsed.Valid<>(
                    Optional.of(OffsetDateTime.parse(text.get()).toInstant()));
        } catch (DateTimeParseException e) {
            return Call.invalid(
                    "?since", text.get(), "a time such as 2026-01-02T03:04:05Z, or how long ago such as 10m");
        }
    }
}
