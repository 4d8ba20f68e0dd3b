package dev.persys.http.server;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;
import dev.persys.api.Problem;

/** Answers what is no HTTP request with a problem, like every other error. Named in {@code reference.conf}. */
public final class ProblemParsingErrorHandler extends ParsingErrorHandler {
    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        return Answers.problem(Problem.of(
                "malformed-http",
                "The request is not HTTP as this server reads it",
                status.intValue(),
                error.summary() + ": correct the request line or the headers"));
    }
}
