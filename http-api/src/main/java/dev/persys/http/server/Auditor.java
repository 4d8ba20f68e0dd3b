package dev.persys.http.server;

import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.RemoteAddress;
import dev.persys.api.Problem;
import dev.persys.audit.AuditEntry;
import dev.persys.audit.AuditEntry.Event;
import dev.persys.audit.DenialBudget;
import dev.persys.http.Shortened;
import dev.persys.http.audit.AuditLog;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Says which answers have a line in the audit log, and what it says: every change that was asked for, sessions, and every
 * denial, whatever was denied. What a body says is never in it, nor is what a query says that was not taken.
 */
public final class Auditor {
    /** With which another server sends somebody back who signs in. */
    private static final Set<String> SECRET = Set.of("code", "state");

    /** Of ports that keep no log. */
    public static final Auditor NONE = new Auditor(Optional.empty(), InstantSource.system(), 1);

    private static final CompletionStage<Void> DONE = CompletableFuture.completedFuture(null);
    private static final String NO_ROUTE = "none";
    private static final int SWITCHED = 101;
    private static final int FIRST_REFUSAL = 400;

    /** Not known, not allowed, a page of another site (403 or 421), too often. */
    private static final Set<Integer> DENIALS = Set.of(401, 403, 421, 429);

    private final Optional<AuditLog> log;
    private final InstantSource clock;
    private final DenialBudget budget;

    private Auditor(Optional<AuditLog> log, InstantSource clock, int denialsPerMinute) {
        this.log = log;
        this.clock = clock;
        this.budget = new DenialBudget(denialsPerMinute, System.nanoTime());
    }

    /** Of ports whose answers are in {@code log}. */
    public static Auditor of(AuditLog log, InstantSource clock, int denialsPerMinute) {
        return new Auditor(Optional.of(log), clock, denialsPerMinute);
    }

    /** A request and how it was answered. */
    record Answered(HttpRequest request, Exchange exchange, Router.Match match, String requestId, int status) {
        private Endpoint.Audit audit() {
            return match instanceof Router.Match.Found found ? found.endpoint().audit() : Endpoint.Audit.NOTHING;
        }
    }

    /** Why a call of this endpoint is not made, since it could not be kept; empty where it is made. */
    Optional<Problem> refusal(Endpoint endpoint) {
        return endpoint.audit() == Endpoint.Audit.NOTHING
                ? Optional.empty()
                : log.flatMap(AuditLog::refusal)
                        .map(why -> Problem.of(
                                Problem.Type.AUDIT_UNAVAILABLE,
                                why
                                        + ", and persys.http.scheduler.audit.on-failure is refuse: nothing was changed. Make"
                                        + " room for the audit log, and send it again"));
    }

    /** Keeps what is to be kept; the answer is given when the stage completes. It never fails. */
    CompletionStage<Void> answered(Answered answered) {
        if (log.isEmpty()) {
            return DONE;
        }
        Optional<Event> event = event(answered);
        if (event.isEmpty()) {
            return DONE;
        } else if (event.get() == Event.DENIED && !mayDeny()) {
            log.get().countDenial();
            return DONE;
        }
        CompletionStage<Void> written = log.get().write(entry(answered, event.get()));
        if (event.get() == Event.SESSION_BEGAN) {
            answered.exchange().onEnd(() -> {
                var unused = log.get().write(entry(answered, Event.SESSION_ENDED));
            });
        }
        return written;
    }

    private boolean mayDeny() {
        synchronized (budget) {
            return budget.take(System.nanoTime());
        }
    }

    private static Optional<Event> event(Answered answered) {
        if (DENIALS.contains(answered.status())) {
            return Optional.of(Event.DENIED);
        }
        return switch (answered.audit()) {
            case NOTHING -> Optional.empty();
            case CHANGE -> answered.exchange().audit().isLook() ? Optional.empty() : Optional.of(Event.CHANGE);
            case SESSION -> Optional.of(answered.status() == SWITCHED ? Event.SESSION_BEGAN : Event.SESSION_REFUSED);
        };
    }

    private AuditEntry entry(Answered answered, Event event) {
        AuditNote note = answered.exchange().audit();
        HttpRequest request = answered.request();
        String route = answered.match() instanceof Router.Match.Found found
                ? found.endpoint().template()
                : NO_ROUTE;
        // Those of a session have the command in them, and what was refused may be anything.
        boolean isTaken = event == Event.CHANGE && answered.status() < FIRST_REFUSAL;
        return new AuditEntry(
                clock.instant(),
                event,
                new AuditEntry.Who(
                        note.caller().name(), address(request), note.caller().via()),
                new AuditEntry.What(
                        Shortened.of(request.method().value()),
                        route,
                        isTaken ? shortened(note.parameters()) : Map.of(),
                        note.detail()),
                target(answered),
                event == Event.SESSION_ENDED ? 0 : answered.status(),
                answered.requestId());
    }

    private static AuditEntry.Target target(Answered answered) {
        AuditEntry.Target known = answered.exchange().audit().target();
        String asked = answered.match() instanceof Router.Match.Found found ? Shortened.of(found.variable()) : "";
        return new AuditEntry.Target(asked, known.workload(), known.name(), known.node());
    }

    private static Map<String, String> shortened(Map<String, String> parameters) {
        return parameters.entrySet().stream()
                .filter(parameter -> !SECRET.contains(parameter.getKey()))
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, parameter -> Shortened.of(parameter.getValue())));
    }

    private static String address(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .map(InetAddress::getHostAddress)
                .orElse("");
    }
}
