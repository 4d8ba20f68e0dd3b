package dev.persys.http.server;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One method of one path.
 *
 * @param template the path, with a variable segment in braces
 * @param role that its caller needs; absent, and nobody is asked
 * @param parameters that its query may have
 * @param takesJson whether it has a body, which is then JSON
 */
public record Endpoint(
        HttpMethod method,
        String template,
        Optional<Caller.Role> role,
        Set<String> parameters,
        boolean takesJson,
        Handler handler) {
    public Endpoint {
        parameters = Set.copyOf(parameters);
    }

    /** Answers a request that is authenticated and checked. A stage that fails becomes a problem. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<HttpResponse> handle(Call call);
    }

    public static Endpoint get(String template, Caller.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.GET, template, Optional.of(role), parameters, false, handler);
    }

    /** For who does not authenticate: probes and Prometheus. */
    public static Endpoint open(String template, Handler handler) {
        return new Endpoint(HttpMethods.GET, template, Optional.empty(), Set.of(), false, handler);
    }

    /** With a JSON body. */
    public static Endpoint post(String template, Caller.Role role, Handler handler) {
        return new Endpoint(HttpMethods.POST, template, Optional.of(role), Set.of(), true, handler);
    }

    /** Without a body. */
    public static Endpoint act(String template, Caller.Role role, Handler handler) {
        return act(template, role, Set.of(), handler);
    }

    /** Without a body. */
    public static Endpoint act(String template, Caller.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.POST, template, Optional.of(role), parameters, false, handler);
    }

    public static Endpoint delete(String template, Caller.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.DELETE, template, Optional.of(role), parameters, false, handler);
    }

    /** The parts of the template. */
    List<String> segments() {
        return List.of(template.substring(1).split("/", -1));
    }
}
