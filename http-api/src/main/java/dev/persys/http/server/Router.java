package dev.persys.http.server;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import dev.persys.api.Paths;
import dev.persys.api.Spelling;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Finds the endpoint of a path. A fixed segment goes before a variable one: {@code /nodes/register} is no node. */
final class Router {
    private record Entry(List<String> segments, Endpoint endpoint) {}

    private final List<Entry> entries;

    Router(List<Endpoint> endpoints) {
        this.entries = endpoints.stream()
                .map(endpoint -> new Entry(endpoint.segments(), endpoint))
                .sorted(Comparator.comparingLong(entry ->
                        entry.segments().stream().filter(Router::isVariable).count()))
                .toList();
    }

    sealed interface Match {
        /**
         * An endpoint.
         *
         * @param variable the decoded value of the template's variable segment; empty text where it has none
         */
        record Found(Endpoint endpoint, String variable) implements Match {}

        /**
         * A path without this method.
         *
         * @param allowed the methods that it has
         */
        record WrongMethod(List<String> allowed) implements Match {}

        /**
         * No path of ours.
         *
         * @param near methods and templates that look like what was asked for
         */
        record Nowhere(List<String> near) implements Match {}
    }

    /** @param path percent-encoded, as it was sent */
    Match match(HttpMethod method, String path) {
        Optional<List<String>> decoded = decode(path);
        if (decoded.isEmpty()) {
            return new Match.Nowhere(List.of());
        }
        List<String> segments = decoded.get();
        List<String> allowed = new ArrayList<>();
        for (Entry entry : entries) {
            if (fits(entry.segments(), segments)) {
                if (entry.endpoint().method().equals(method)) {
                    return new Match.Found(entry.endpoint(), variable(entry.segments(), segments));
                }
                allowed.add(entry.endpoint().method().value());
                if (entry.endpoint().method().equals(HttpMethods.GET)) {
                    allowed.add(HttpMethods.HEAD.value()); // HTTP answers it as a GET without its body.
                }
            }
        }
        return allowed.isEmpty() ? new Match.Nowhere(near(segments)) : new Match.WrongMethod(allowed);
    }

    private static Optional<List<String>> decode(String path) {
        List<String> segments = new ArrayList<>();
        try {
            for (String segment : path.replaceFirst("^/", "").split("/", -1)) {
                // A plus sign stands for itself in a path.
                segments.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (segments.size() > 1 && segments.get(0).equals(Paths.VERSION)) {
            segments.remove(0);
        }
        return Optional.of(segments);
    }

    private static boolean fits(List<String> template, List<String> segments) {
        if (template.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < template.size(); i++) {
            boolean fits = isVariable(template.get(i))
                    ? !segments.get(i).isEmpty()
                    : template.get(i).equals(segments.get(i));
            if (!fits) {
                return false;
            }
        }
        return true;
    }

    private static String variable(List<String> template, List<String> segments) {
        for (int i = 0; i < template.size(); i++) {
            if (isVariable(template.get(i))) {
                return segments.get(i);
            }
        }
        return "";
    }

    private static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }

    /** Templates of the same first word or one like it. */
    private List<String> near(List<String> segments) {
        List<String> roots = entries.stream()
                .map(entry -> entry.segments().get(0))
                .distinct()
                .toList();
        Optional<String> root = Spelling.nearest(segments.get(0), roots);
        return entries.stream()
                .filter(entry ->
                        root.isEmpty() || root.get().equals(entry.segments().get(0)))
                .map(entry -> entry.endpoint().method().value() + " "
                        + entry.endpoint().template())
                .sorted()
                .toList();
    }
}
