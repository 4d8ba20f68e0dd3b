package dev.persys.http.net;

import akka.event.LoggingAdapter;
import akka.http.ParsingErrorHandler;
import akka.http.javadsl.model.HttpResponse;
import akka.http.javadsl.model.headers.RawHeader;
import akka.http.scaladsl.model.ErrorInfo;
import akka.http.scaladsl.model.StatusCode;
import akka.http.scaladsl.settings.ServerSettings;
import dev.persys.api.Problem;
import dev.persys.http.server.Answers;
import dev.persys.http.server.RequestIds;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what is no HTTP request with a problem, like every other error; whoever sends it does not fill the log. */
public final class ProblemParsingErrorHandler extends ParsingErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemParsingErrorHandler.class);

    @Override
    public HttpResponse handle(StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
        String requestId = RequestIds.make();
        LOG.debug("{} of what is no HTTP: {}, request id {}", status.intValue(), error.summary(), requestId);
        Problem.Type type = Problem.Type.MALFORMED_HTTP;
        return Answers.problem(Problem.of(
                                type.word(),
                                type.title(),
                                status.intValue(),
                                error.summary() + ": correct the request line or the headers")
                        .withRequestId(requestId))
                .addHeader(RawHeader.create(RequestIds.HEADER, requestId));
    }
}
