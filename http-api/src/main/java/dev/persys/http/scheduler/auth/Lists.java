package dev.persys.http.scheduler.auth;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.Json;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Function;

/** Lists of what is small, in pages. */
final class Lists {
    private Lists() {}

    /**
     * A page of {@code all} by their keys; {@code continue} is the last key of the page before.
     *
     * @param known whether all are known; where not, nothing is listed
     */
    static <T> HttpResponse answer(
            Call call,
            boolean known,
            String name,
            List<T> all,
            int pageSize,
            Function<T, String> key,
            Function<T, ObjectNode> view) {
        if (!known) {
            return AuthDocuments.notKnown(call);
        }
        return call.limit(pageSize)
                .fold(
                        limit -> {
                            String after = call.parameter("continue").orElse("");
                            List<T> rest = all.stream()
                                    .sorted(Comparator.comparing(key))
                                    .filter(one -> key.apply(one).compareTo(after) > 0)
                                    .toList();
                            ObjectNode json = Json.MAPPER.createObjectNode();
                            ArrayNode items = json.putArray(name);
                            rest.stream().limit(limit).map(view).forEach(items::add);
                            if (rest.size() > limit) {
                                json.put("continue", key.apply(rest.get(limit - 1)));
                            }
                            return Answers.read(call, json, OptionalLong.empty());
                        },
                        errors -> Answers.invalid(call, errors));
    }
}
