package dev.persys.http.net;

import static org.assertj.core.api.Assertions.assertThat;

import akka.Done;
import akka.NotUsed;
import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.stream.javadsl.BidiFlow;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.JavaFlowSupport;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow.Subscriber;
import java.util.concurrent.Flow.Subscription;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What holds of a connection on every transport: here it is a subscriber that takes one piece and no more. */
final class ConnectionGuardTest {
    private static final Duration LONG = Duration.ofSeconds(20);

    private static final ByteString COME_AGAIN = ByteString.fromString("come again");

    private static final ActorTestKit KIT = ActorTestKit.create();

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void transportThatTookTheLastBytesIsTakenToHaveThemOnlyWhenItAsksForMore() throws Exception {
        Client client = new Client(1);
        run(Duration.ofMillis(300), Source.single(ByteString.fromString("last")), Source.never(), client);

        assertThat(client.ended.get(LONG.toSeconds(), TimeUnit.SECONDS))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("does not take");
    }

    @Test
    void transportThatTookTheLastBytesIsToldThatTheyWereTheLast() throws Exception {
        Client client = new Client(2);
        run(Duration.ofSeconds(10), Source.single(ByteString.fromString("last")), Source.never(), client);

        assertThat(client.ended.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Completed.class);
    }

    @Test
    void connectionThatIsCutWhileItsClientReadsNothingIsReset() throws Exception {
        Client client = new Client(1);
        ClientConnection connection = run(
                Duration.ofMinutes(1),
                Source.single(ByteString.fromString("some")).concat(Source.never()),
                Source.never(),
                client);
        client.first.get(LONG.toSeconds(), TimeUnit.SECONDS);

        connection.cut();

        assertThat(client.ended.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(IOException.class);
    }

    @Test
    void clientThatLosesItsPlaceIsToldToComeAgainAndNothingOfItIsBegunAnyMore() throws Exception {
        Client client = new Client(2);
        ClientConnection connection = connection(Duration.ofMinutes(1));
        run(connection, Source.never(), Source.never(), client);
        client.subscribed.get(LONG.toSeconds(), TimeUnit.SECONDS);

        assertThat(connection.turnAway(Duration.ofMinutes(1))).isFalse();
        assertThat(connection.turnAway(Duration.ZERO)).isTrue();
        assertThat(connection.turnAway(Duration.ZERO)).isFalse();

        assertThat(client.first.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(COME_AGAIN);
        assertThat(client.ended.get(LONG.toSeconds(), TimeUnit.SECONDS)).isInstanceOf(Completed.class);
        assertThat(connection.begin()).isEmpty();
        assertThat(connection.closed().toCompletableFuture()).isCompleted();
    }

    @Test
    void clientThatLosesItsPlaceBeforeItsStreamRunsIsToldToo() throws Exception {
        Client client = new Client(2);
        ClientConnection connection = connection(Duration.ofMinutes(1));
        assertThat(connection.turnAway(Duration.ZERO)).isTrue();

        run(connection, Source.never(), Source.never(), client);

        assertThat(client.first.get(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(COME_AGAIN);
        assertThat(connection.gone().toCompletableFuture().get(LONG.toSeconds(), TimeUnit.SECONDS))
                .isNotNull();
    }

    @Test
    void clientThatIsBeingAnsweredKeepsItsPlace() {
        ClientConnection connection = connection(Duration.ofMinutes(1));
        assertThat(connection.begin()).isPresent();

        assertThat(connection.turnAway(Duration.ZERO)).isFalse();
    }

    /** HTTP says {@code answers} and never reads; the client says {@code requests}. */
    private static ClientConnection run(
            Duration write, Source<ByteString, NotUsed> answers, Source<ByteString, NotUsed> requests, Client client) {
        ClientConnection connection = connection(write);
        assertThat(connection.begin()).isPresent();
        run(connection, answers, requests, client);
        return connection;
    }

    private static ClientConnection connection(Duration write) {
        return new ClientConnection(new ClientConnection.Patience(
                Duration.ofMinutes(1),
                Duration.ofMinutes(1),
                write,
                Duration.ofMillis(100),
                Duration.ofMinutes(1),
                write));
    }

    private static void run(
            ClientConnection connection,
            Source<ByteString, NotUsed> answers,
            Source<ByteString, NotUsed> requests,
            Client client) {
        Flow<ByteString, ByteString, NotUsed> http =
                Flow.fromSinkAndSourceMat(Sink.<ByteString>never(), answers, Keep.right());
        BidiFlow.fromGraph(new ConnectionGuard(connection, () -> false, COME_AGAIN))
                .reversed()
                .join(http)
                .join(Flow.fromSinkAndSourceMat(JavaFlowSupport.Sink.fromSubscriber(client), requests, Keep.right()))
                .run(KIT.system());
    }

    private static final class Completed extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final class Client implements Subscriber<ByteString> {
        private final long takes;
        private final CompletableFuture<Done> subscribed = new CompletableFuture<>();
        private final CompletableFuture<ByteString> first = new CompletableFuture<>();
        private final CompletableFuture<Throwable> ended = new CompletableFuture<>();

        Client(long takes) {
            this.takes = takes;
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscription.request(takes);
            subscribed.complete(Done.getInstance());
        }

        @Override
        public void onNext(ByteString bytes) {
            first.complete(bytes);
        }

        @Override
        public void onError(Throwable failure) {
            ended.complete(failure);
        }

        @Override
        public void onComplete() {
            ended.complete(new Completed());
        }
    }
}
