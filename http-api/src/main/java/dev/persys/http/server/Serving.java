package dev.persys.http.server;

import akka.Done;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Answers the requests of one port. */
public interface Serving {
    /** Never fails: what goes wrong becomes a problem. */
    CompletionStage<HttpResponse> handle(HttpRequest request, Exchange exchange);

    /** Answers no more; completes when every answer is on its way. */
    CompletionStage<Done> drain(Duration deadline);

    /** Whether clients that take nothing should be cut off soon, for what they hold is needed. */
    boolean isPressed();
}
