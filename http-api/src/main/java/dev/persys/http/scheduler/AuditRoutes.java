package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FieldError;
import dev.persys.api.Json;
import dev.persys.api.LogQuery;
import dev.persys.api.Parsed;
import dev.persys.api.Paths;
import dev.persys.api.Problem;
import dev.persys.http.Shortened;
import dev.persys.http.audit.AuditLog;
import dev.persys.http.audit.AuditReader;
import dev.persys.http.auth.Access.Role;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Call;
import dev.persys.http.server.Endpoint;
import dev.persys.http.server.LogParameters;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.regex.Pattern;

/** {@code GET /audit}: what this process has in its audit log, the oldest first. */
final class AuditRoutes {
    private static final Pattern NUMBER = Pattern.compile("\\d{1,18}");
    private static final int LONGEST_WHO = 512;

    private final AuditLog log;
    private final String process;
    private final int pageSize;
    private final Executor executor;

    /**
     * Of one process.
     *
     * @param process whose log it is, for people
     * @param executor where files are read
     */
    AuditRoutes(AuditLog log, String process, int pageSize, Executor executor) {
        this.log = log;
        this.process = process;
        this.pageSize = pageSize;
        this.executor = executor;
    }

    List<Endpoint> endpoints() {
        return List.of(
                Endpoint.get(Paths.AUDIT, Role.OPERATOR, Set.of("since", "who", "limit", "continue"), this::list));
    }

    private CompletionStage<HttpResponse> list(Call call) {
        List<FieldError> errors = new ArrayList<>();
        int limit = call.limit(pageSize).orElse(pageSize, errors);
        LogQuery since = LogParameters.since(call).orElse(LogQuery.ALL, errors);
        long after = after(call).orElse(0L, errors);
        Optional<String> who = who(call).orElse(Optional.empty(), errors);
        if (!errors.isEmpty()) {
            return Answers.now(Answers.invalid(call, errors));
        }
        Optional<Instant> from =
                since.since().or(() -> since.ago().map(span -> Instant.now().minus(span)));
        AuditReader.Query query = new AuditReader.Query(from, who, after, limit);
        // So that who has just changed something finds it.
        return log.settled().thenApplyAsync(settled -> answer(call, query), executor);
    }

    private HttpResponse answer(Call call, AuditReader.Query query) {
        AuditReader.Part part;
        try {
            part = AuditReader.read(log.directory(), query);
        } catch (IOException e) {
            return Answers.problem(
                    call,
                    Problem.Type.UNAVAILABLE,
                    "The audit log in " + log.directory() + " cannot be read: " + e.getMessage());
        }
        ObjectNode json = Json.MAPPER.createObjectNode();
        json.put("scheduler", process);
        json.put("directory", log.directory().toAbsolutePath().toString());
        part.entries().forEach(json.putArray("entries")::add);
        if (part.damaged() > 0) {
            json.put("damaged", part.damaged());
        }
        log.trouble().ifPresent(trouble -> json.put("trouble", trouble));
        part.next().ifPresent(next -> json.put("continue", Long.toString(next)));
        return Answers.read(call, json, OptionalLong.empty());
    }

    private static Parsed<Long> after(Call call) {
        Optional<String> text = call.parameter("continue");
        return text.filter(number -> !NUMBER.matcher(number).matches()).isPresent()
                ? Call.invalid("?continue", text.get(), "what the page before gave; start again without it")
                : new Parsed.Valid<>(text.map(Long::parseLong).orElse(0L));
    }

    private static Parsed<Optional<String>> who(Call call) {
        Optional<String> text = call.parameter("who");
        return text.filter(who -> who.isEmpty() || who.length() > LONGEST_WHO).isPresent()
                ? Call.invalid(
                        "?who",
                        Shortened.of(text.get()),
                        "an identity such as token, or an address, of at most " + LONGEST_WHO + " characters")
                : new Parsed.Valid<>(text);
    }
}
