package dev.persys.http;

import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;

/**
 * How an agent says that it is the container engine beside it which does not answer, and not the agent that has no place:
 * by a header, since a refused upgrade to a WebSocket has no body that a client could read.
 */
public final class EngineAway {
    private static final String HEADER = "Persys-Engine";
    private static final String AWAY = "away";

    private EngineAway() {}

    /** The same answer, which says so. */
    public static HttpResponse saidBy(HttpResponse answer) {
        return answer.addHeader(RawHeader.create(HEADER, AWAY));
    }

    /** Whether an agent's answer says so; one of an older version never does. */
    public static boolean isSaidBy(HttpResponse answer) {
        return answer.getHeader(HEADER)
                .filter(header -> header.value().equals(AWAY))
                .isPresent();
    }
}
