package dev.persys.http.net;

import akka.http.javadsl.model.StatusCodes;
import akka.stream.Attributes;
import akka.stream.BidiShape;
import akka.stream.Inlet;
import akka.stream.Outlet;
import akka.stream.stage.AbstractInHandler;
import akka.stream.stage.AbstractOutHandler;
import akka.stream.stage.GraphStage;
import akka.stream.stage.GraphStageLogic;
import akka.util.ByteString;
import dev.persys.api.Problem;
import dev.persys.http.server.Answers;
import java.util.Optional;

/**
 * In front of HTTP's parser: what {@link StrictHeads} finds fault with is answered with 400 behind the answers that are under
 * way, and then the connection is closed. HTTP is told only that the client sends no more.
 */
final class StrictHttp extends GraphStage<BidiShape<ByteString, ByteString, ByteString, ByteString>> {
    private final Inlet<ByteString> fromClient = Inlet.create("StrictHttp.fromClient");
    private final Outlet<ByteString> requests = Outlet.create("StrictHttp.requests");
    private final Inlet<ByteString> answers = Inlet.create("StrictHttp.answers");
    private final Outlet<ByteString> toClient = Outlet.create("StrictHttp.toClient");

    @Override
    public BidiShape<ByteString, ByteString, ByteString, ByteString> shape() {
        return new BidiShape<>(fromClient, requests, answers, toClient);
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic();
    }

    private static ByteString refusal(String fault) {
        byte[] body = Answers.bytes(Problem.of(
                Problem.Type.MALFORMED_HTTP, "The request has more than one reading: " + fault + ": correct its head"));
        String head = "HTTP/1.1 " + StatusCodes.BAD_REQUEST.intValue() + " Bad Request\r\nContent-Type: "
                + Problem.MEDIA_TYPE + "\r\nContent-Length: " + body.length + "\r\nConnection: close\r\n\r\n";
        return ByteString.fromString(head).concat(ByteString.fromArray(body));
    }

    private final class Logic extends GraphStageLogic {
        private final StrictHeads heads = new StrictHeads();
        private Optional<ByteString> lastWord = Optional.empty();

        private Logic() {
            super(shape());
            setHandler(fromClient, new FromClient());
            setHandler(requests, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    pull(fromClient);
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(fromClient, cause);
                }
            });
            setHandler(answers, new AbstractInHandler() {
                @Override
                public void onPush() {
                    push(toClient, grab(answers));
                }

                @Override
                public void onUpstreamFinish() {
                    lastWord.ifPresentOrElse(
                            word -> emit(toClient, word, () -> complete(toClient)), () -> complete(toClient));
                }
            });
            setHandler(toClient, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    if (!isClosed(answers)) {
                        pull(answers);
                    }
                }

                @Override
                public void onDownstreamFinish(Throwable cause) {
                    cancel(answers, cause);
                }
            });
        }

        private final class FromClient extends AbstractInHandler {
            @Override
            public void onPush() {
                ByteString bytes = grab(fromClient);
                Optional<String> fault = heads.fault(bytes.toArrayUnsafe());
                if (fault.isEmpty()) {
                    push(requests, bytes);
                    return;
                }
                // In the middle of a body the answer is that of the request, and no second one follows.
                if (heads.whole() > 0) {
                    push(requests, bytes.take(heads.whole()));
                }
                lastWord = heads.isInHead() ? fault.map(StrictHttp::refusal) : Optional.empty();
                complete(requests);
                cancel(fromClient);
            }

            @Override
            public void onUpstreamFinish() {
                complete(requests);
            }
        }
    }
}
