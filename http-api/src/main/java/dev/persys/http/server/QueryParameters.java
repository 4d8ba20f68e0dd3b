package dev.persys.http.server;

import akka.http.javadsl.model.HttpRequest;
import akka.http.scaladsl.model.IllegalUriException;
import akka.japi.Pair;
import dev.persys.api.FieldError;
import dev.persys.http.Shortened;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * The query of a request, each parameter once but for those that may be repeated, of which the last is here.
 *
 * @param errors what is not allowed, empty where all is
 */
record QueryParameters(Map<String, String> values, List<FieldError> errors) {
    private static final QueryParameters NONE = new QueryParameters(Map.of(), List.of());

    QueryParameters {
        values = Map.copyOf(values);
        errors = List.copyOf(errors);
    }

    static QueryParameters of(HttpRequest request, Set<String> allowed, Set<String> repeatable) {
        if (request.getUri().rawQueryString().isEmpty()) {
            return NONE;
        }
        String known = allowed.isEmpty() ? "no parameters" : String.join(", ", new TreeSet<>(allowed));
        Map<String, String> values = new HashMap<>();
        List<FieldError> errors = new ArrayList<>();
        try {
            for (Pair<String, String> parameter : request.getUri().query().toList()) {
                String name = parameter.first();
                if (!allowed.contains(name)) {
                    errors.add(new FieldError("?" + Shortened.of(name), "an unknown parameter", known));
                } else if (values.put(name, parameter.second()) != null && !repeatable.contains(name)) {
                    errors.add(new FieldError("?" + name, "given twice", "each parameter once"));
                }
            }
        } catch (IllegalUriException e) {
            errors.add(new FieldError("?", "a query that is not well-formed", "name=value pairs, percent-encoded"));
        }
        return new QueryParameters(values, errors);
    }
}
