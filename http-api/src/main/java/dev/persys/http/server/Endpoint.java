package dev.persys.http.server;

import akka.http.javadsl.model.HttpMethod;
import akka.http.javadsl.model.HttpMethods;
import akka.http.javadsl.model.HttpResponse;
import dev.persys.http.auth.Access;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * One method of one path.
 *
 * @param template the path, with a variable segment in braces
 * @param access who may call it
 * @param parameters that its query may have
 * @param repeatable those of {@code parameters} that may be given several times, see {@link Call#all}
 * @param takesJson whether it has a body, which is then JSON
 * @param audit what of it the audit log has, beside denials
 */
public record Endpoint(
        HttpMethod method,
        String template,
        Access access,
        Set<String> parameters,
        Set<String> repeatable,
        boolean takesJson,
        Audit audit,
        Handler handler) {
    /** What has a line in the audit log. */
    public enum Audit {
        /** Nothing: who calls it looks, or says that it is there. */
        NOTHING,
        /** Every call: it asks for a change. */
        CHANGE,
        /** Its sessions: their begin and their end, and those that were refused. */
        SESSION
    }

    public Endpoint {
        parameters = Set.copyOf(parameters);
        repeatable = Set.copyOf(repeatable);
    }

    /** What a GET does is to look; whatever else there is, is taken for a change. */
    private Endpoint(
            HttpMethod method,
            String template,
            Access access,
            Set<String> parameters,
            Set<String> repeatable,
            boolean takesJson,
            Handler handler) {
        this(
                method,
                template,
                access,
                parameters,
                repeatable,
                takesJson,
                method.equals(HttpMethods.GET) ? Audit.NOTHING : Audit.CHANGE,
                handler);
    }

    /** The same, of which the audit log has this. */
    public Endpoint audited(Audit other) {
        return new Endpoint(method, template, access, parameters, repeatable, takesJson, other, handler);
    }

    /** The same, which this one may call. */
    public Endpoint forWhom(Access other) {
        return new Endpoint(method, template, other, parameters, repeatable, takesJson, audit, handler);
    }

    /** Answers a request that is authenticated and checked. A stage that fails becomes a problem. */
    @FunctionalInterface
    public interface Handler {
        CompletionStage<HttpResponse> handle(Call call);
    }

    public static Endpoint get(String template, Access.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.GET, template, role, parameters, Set.of(), false, handler);
    }

    /** As {@link #get}, some of whose parameters may be given several times. */
    public static Endpoint get(
            String template, Access.Role role, Set<String> parameters, Set<String> repeatable, Handler handler) {
        return new Endpoint(HttpMethods.GET, template, role, parameters, repeatable, false, handler);
    }

    /** For who does not authenticate: probes and Prometheus. */
    public static Endpoint open(String template, Handler handler) {
        return new Endpoint(HttpMethods.GET, template, Access.Open.TO_ALL, Set.of(), Set.of(), false, handler);
    }

    /** With a JSON body. */
    public static Endpoint post(String template, Access.Role role, Handler handler) {
        return new Endpoint(HttpMethods.POST, template, role, Set.of(), Set.of(), true, handler);
    }

    /** With a JSON body that says all that there is to be. */
    public static Endpoint put(String template, Access.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.PUT, template, role, parameters, Set.of(), true, handler);
    }

    /** Without a body. */
    public static Endpoint act(String template, Access.Role role, Handler handler) {
        return act(template, role, Set.of(), handler);
    }

    /** Without a body. */
    public static Endpoint act(String template, Access.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.POST, template, role, parameters, Set.of(), false, handler);
    }

    public static Endpoint delete(String template, Access.Role role, Set<String> parameters, Handler handler) {
        return new Endpoint(HttpMethods.DELETE, template, role, parameters, Set.of(), false, handler);
    }

    /** The parts of the template. */
    List<String> segments() {
        return List.of(template.substring(1).split("/", -1));
    }
}
