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

/** {@code tail}, {@code since}, {@code follow}, {@code previous} and {@code timestamps} of a query for logs. */
public final class LogParameters {
    public static final Set<String> NAMES = Set.of("tail", "since", "follow", "previous", "timestamps");

    private static final int MAX_LINES = 100_000_000;

    private LogParameters() {}

    /** The query that they mean. A span in {@code since} stays one: only the node knows what it counts back from. */
    public static Parsed<LogQuery> of(Call call) {
        List<FieldError> errors = new ArrayList<>();
        Optional<Integer> tail = call.number("tail", 0, MAX_LINES).orElse(Optional.empty(), errors);
        LogQuery since = since(call).orElse(LogQuery.ALL, errors);
        boolean follow = call.flag("follow").orElse(false, errors);
        boolean previous = call.flag("previous").orElse(false, errors);
        boolean timestamps = call.flag("timestamps").orElse(false, errors);
        if (follow && previous) {
            errors.add(new FieldError(
                    "?follow", "true", "false with previous=true: nothing comes any more of a run that is over"));
        }
        if (!errors.isEmpty()) {
            return new Parsed.Invalid<>(errors);
        }
        return new Parsed.Valid<>(
                new LogQuery(tail, since.since(), since.ago(), Optional.empty(), follow, previous, timestamps));
    }

    /** What {@code since} means, a moment or how long ago; everything where it is absent. */
    public static Parsed<LogQuery> since(Call call) {
        Optional<String> text = call.parameter("since");
        if (text.isEmpty()) {
            return new Parsed.Valid<>(LogQuery.ALL);
        }
        Optional<Duration> ago = DurationText.parse(text.get());
        if (ago.isPresent()) {
            return new Parsed.Valid<>(LogQuery.ALL.within(ago.get()));
        }
        try {
            Instant moment = OffsetDateTime.parse(text.get()).toInstant();
            return new Parsed.Valid<>(new LogQuery(Optional.empty(), Optional.of(moment), false));
        } catch (DateTimeParseException e) {
            return Call.invalid(
                    "?since", text.get(), "a time such as 2026-01-02T03:04:05Z, or how long ago such as 10m");
        }
    }
}
