package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A limit of the kernel for each process of a container (setrlimit(2)). In JSON it is text as Docker writes it: {@code
 * NAME=SOFT[:HARD]}.
 *
 * @param name such as {@code nofile}
 * @param soft in the limit's own unit; -1 is without limit
 * @param hard what a process may raise it to; -1 is without limit
 */
public record Ulimit(String name, long soft, long hard) {
    private static final long UNLIMITED = -1;
    private static final Pattern FORM = Pattern.compile("([a-z]{1,32})=(-1|[0-9]{1,18})(?::(-1|[0-9]{1,18}))?");

    public Ulimit {
        Present.value(name, "name");
        if (soft < UNLIMITED || hard < UNLIMITED || !isWithin(soft, hard)) {
            throw new IllegalArgumentException("a soft limit is at most the hard one: " + soft + ", " + hard);
        }
    }

    /** Empty where {@code text} has another form, or a soft limit above the hard one. */
    public static Optional<Ulimit> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        long soft = Long.parseLong(matcher.group(2));
        long hard = matcher.group(3) == null ? soft : Long.parseLong(matcher.group(3));
        return isWithin(soft, hard) ? Optional.of(new Ulimit(matcher.group(1), soft, hard)) : Optional.empty();
    }

    @JsonCreator
    static Ulimit of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("no limit of a process: " + text));
    }

    /** As Docker writes it. */
    @JsonValue
    public String text() {
        return soft == hard ? name + "=" + soft : name + "=" + soft + ":" + hard;
    }

    private static boolean isWithin(long soft, long hard) {
        return hard == UNLIMITED || (soft != UNLIMITED && soft <= hard);
    }
}
