package dev.persys.access;

import static dev.persys.access.Role.ADMIN;
import static dev.persys.access.Role.OPERATOR;
import static dev.persys.access.Role.VIEWER;

import dev.persys.api.Paths;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Every route that people and programs have, with the least role that may call it. What is not in here is not served by a
 * scheduler's API, and does not get through a gateway.
 */
public final class AccessTable {
    /** All routes, in the order of the manual. */
    public static final List<Route> ROUTES = List.of(
            new Route("POST", Paths.SCHEDULE, OPERATOR),
            new Route("GET", Paths.WORKLOADS, VIEWER),
            new Route("GET", Paths.WORKLOAD, VIEWER),
            new Route("PUT", Paths.WORKLOAD, OPERATOR),
            new Route("DELETE", Paths.WORKLOAD, OPERATOR),
            new Route("POST", Paths.WORKLOAD_STOP, OPERATOR),
            new Route("POST", Paths.WORKLOAD_START, OPERATOR),
            new Route("POST", Paths.WORKLOAD_RESTART, OPERATOR),
            new Route("POST", Paths.WORKLOAD_UNDO, OPERATOR),
            new Route("GET", Paths.WORKLOAD_SPECS, VIEWER),
            new Route("GET", Paths.WORKLOAD_LOGS, VIEWER),
            new Route("GET", Paths.WORKLOAD_STATS, VIEWER),
            new Route("GET", Paths.WORKLOAD_EXPLAIN, VIEWER),
            new Route("GET", Paths.WORKLOAD_EXEC, OPERATOR),
            new Route("GET", Paths.WORKLOAD_ATTACH, OPERATOR),
            new Route("GET", Paths.WORKLOAD_ARCHIVE, OPERATOR),
            new Route("GET", Paths.NODES, VIEWER),
            new Route("GET", Paths.NODE, VIEWER),
            new Route("DELETE", Paths.NODE, OPERATOR),
            new Route("POST", Paths.NODE_CORDON, OPERATOR),
            new Route("POST", Paths.NODE_UNCORDON, OPERATOR),
            new Route("POST", Paths.NODE_DRAIN, OPERATOR),
            new Route("POST", Paths.NODE_ACTIVATE, OPERATOR),
            new Route("POST", Paths.NODE_ACCEPT_ORPHANS, OPERATOR),
            new Route("POST", Paths.NODE_TOKENS, OPERATOR),
            new Route("GET", Paths.NODE_KEY, VIEWER),
            new Route("POST", Paths.NODE_APPROVE, OPERATOR),
            new Route("POST", Paths.NODE_REVOKE, OPERATOR),
            new Route("GET", Paths.CLUSTER_METRICS, VIEWER),
            new Route("POST", Paths.CLUSTER_GC, OPERATOR),
            new Route("GET", Paths.SECRETS, VIEWER),
            new Route("PUT", Paths.SECRET, OPERATOR),
            new Route("DELETE", Paths.SECRET, OPERATOR),
            new Route("POST", Paths.SECRETS_RESEAL, ADMIN),
            new Route("GET", Paths.EVENTS, VIEWER),
            new Route("GET", Paths.AUDIT, ADMIN),
            new Route("GET", Paths.AUTH_WHOAMI, VIEWER),
            new Route("POST", Paths.AUTH_TICKETS, VIEWER),
            new Route("GET", Paths.AUTH_TOKENS, ADMIN),
            new Route("POST", Paths.AUTH_TOKENS, ADMIN),
            new Route("DELETE", Paths.AUTH_TOKEN, ADMIN),
            new Route("GET", Paths.AUTH_USERS, ADMIN),
            new Route("POST", Paths.AUTH_USERS, ADMIN),
            new Route("DELETE", Paths.AUTH_USER, ADMIN),
            new Route("PUT", Paths.AUTH_USER_PASSWORD, ADMIN),
            new Route("GET", Paths.OPENAPI, VIEWER));

    /**
     * What who is not known yet calls through a gateway, to become known: each looks for itself at what it is shown. A
     * gateway lets them through without a principal.
     */
    public static final List<Unnamed> SIGN_IN = List.of(
            new Unnamed("POST", Paths.AUTH_LOGIN),
            new Unnamed("POST", Paths.AUTH_REFRESH),
            new Unnamed("POST", Paths.AUTH_LOGOUT),
            new Unnamed("GET", Paths.AUTH_GITHUB_LOGIN),
            new Unnamed("GET", Paths.AUTH_GITHUB_CALLBACK),
            new Unnamed("POST", Paths.AUTH_GITHUB_DEVICE),
            new Unnamed("POST", Paths.AUTH_GITHUB_POLL));

    /** What gateways call in their own name, and let nobody through to. */
    public static final List<Unnamed> GATEWAY =
            List.of(new Unnamed("POST", Paths.AUTH_CHECK), new Unnamed("GET", Paths.AUTH_KEYS));

    /**
     * What a path's part may be. No id and no name has anything else in it, so nothing has to be decoded, and there are no
     * two readings of one path.
     */
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,252}");

    /** A fixed part goes before a variable one. */
    private static final List<Route> BY_PRECISION = ROUTES.stream()
            .sorted(Comparator.comparingLong(route ->
                    route.segments().stream().filter(AccessTable::isVariable).count()))
            .toList();

    private AccessTable() {}

    /** A route that no role is asked for. */
    public record Unnamed(String method, String template) {
        /** Whether it is at this path; it has no variable part. */
        boolean has(String path) {
            return template.equals(path);
        }

        /** Whether it is this endpoint. */
        public boolean is(String otherMethod, String otherTemplate) {
            return method.equals(otherMethod) && template.equals(otherTemplate);
        }
    }

    /** What a method and a path come to. */
    public sealed interface Match {
        record Found(Route route) implements Match {}

        /** One of {@link #SIGN_IN}: it is called by who is not known. */
        record SignIn(Unnamed route) implements Match {}

        /**
         * The path is one of ours, and has other methods.
         *
         * @param allowed those
         */
        record WrongMethod(List<String> allowed) implements Match {}

        record Unknown() implements Match {}
    }

    /**
     * The route of a request.
     *
     * @param path as it was sent, not decoded
     */
    public static Match match(String method, String path) {
        Optional<List<String>> segments = segments(path);
        if (segments.isEmpty()) {
            return new Match.Unknown();
        }
        List<String> allowed = new ArrayList<>();
        String plain = "/" + String.join("/", segments.get());
        for (Unnamed route : SIGN_IN) {
            if (route.has(plain) && route.method().equals(method)) {
                return new Match.SignIn(route);
            } else if (route.has(plain)) {
                allowed.add(route.method());
            }
        }
        for (Route route : BY_PRECISION) {
            if (fits(route.segments(), segments.get())) {
                if (route.method().equals(method)) {
                    return new Match.Found(route);
                }
                allowed.add(route.method());
            }
        }
        return allowed.isEmpty() ? new Match.Unknown() : new Match.WrongMethod(List.copyOf(allowed));
    }

    /**
     * The route of an endpoint.
     *
     * @param template as the table has it
     */
    public static Optional<Route> find(String method, String template) {
        return ROUTES.stream()
                .filter(route ->
                        route.method().equals(method) && route.template().equals(template))
                .findFirst();
    }

    private static Optional<List<String>> segments(String path) {
        if (!path.startsWith("/")) {
            return Optional.empty();
        }
        List<String> parts = List.of(path.substring(1).split("/", -1));
        if (parts.size() > 1 && parts.get(0).equals(Paths.VERSION)) {
            parts = parts.subList(1, parts.size());
        }
        return parts.stream().allMatch(part -> SEGMENT.matcher(part).matches()) ? Optional.of(parts) : Optional.empty();
    }

    private static boolean fits(List<String> template, List<String> segments) {
        if (template.size() != segments.size()) {
            return false;
        }
        for (int i = 0; i < template.size(); i++) {
            if (!isVariable(template.get(i)) && !template.get(i).equals(segments.get(i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isVariable(String segment) {
        return segment.startsWith("{");
    }
}
