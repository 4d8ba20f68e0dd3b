package dev.persys.agent;

import akka.actor.typed.ActorSystem;
import akka.japi.Pair;
import akka.stream.TLSClosing;
import akka.stream.javadsl.Flow;
import akka.stream.javadsl.Keep;
import akka.stream.javadsl.Sink;
import akka.stream.javadsl.Source;
import akka.stream.javadsl.Tcp;
import akka.stream.javadsl.Tcp.OutgoingConnection;
import akka.util.ByteString;
import dev.persys.model.HealthCheck;
import dev.persys.model.HealthCheck.Http;
import dev.persys.model.HealthCheck.Scheme;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * Over connections of its own, each for one question; so many at once as it is given, and none of them takes a thread.
 * An answer is read up to {@value #MAX_ANSWER} bytes: its status is all that counts.
 */
final class SocketProber implements Prober {
    private static final int MAX_ANSWER = 8 * 1024;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.[01] ([0-9]{3})([^\r\n]*)\r?\n.*", Pattern.DOTALL);
    private static final Pattern LENGTH = Pattern.compile("(?i)\ncontent-length: *([0-9]{1,9}) *\r?\n");

    private final ActorSystem<?> system;
    private final Turns turns;
    private final SSLContext anyCertificate = anyCertificate();

    /** @param most connections at once */
    SocketProber(ActorSystem<?> system, int most) {
        this.system = system;
        this.turns = new Turns(most);
    }

    @Override
    public CompletionStage<Optional<String>> probe(HealthCheck check, Optional<String> address) {
        if (address.isEmpty()) {
            return CompletableFuture.completedStage(
                    Optional.of("the container has no address of its own: it is in no network"));
        }
        Duration timeout = check.timeout().orElse(HealthCheck.DEFAULT_TIMEOUT);
        return turns.take(() -> check.http()
                .map(http -> ask(http, new InetSocketAddress(address.get(), http.port()), timeout))
                .orElseGet(() -> connect(
                        new InetSocketAddress(
                                address.get(), check.tcp().orElseThrow().port()),
                        timeout)));
    }

    private CompletionStage<Optional<String>> connect(InetSocketAddress to, Duration timeout) {
        Pair<CompletableFuture<Optional<ByteString>>, CompletionStage<OutgoingConnection>> run =
                Source.<ByteString>maybe()
                        .viaMat(plain(to, timeout), Keep.both())
                        .to(Sink.ignore())
                        .run(system);
        return run.second().handle((connection, failure) -> {
            run.first().complete(Optional.empty());
            return Optional.ofNullable(failure).map(broken -> said(broken, to, timeout));
        });
    }

    private CompletionStage<Optional<String>> ask(Http http, InetSocketAddress to, Duration timeout) {
        Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> connection =
                http.scheme() == Scheme.HTTPS ? secured(http, to, timeout) : plain(to, timeout);
        Pair<CompletableFuture<Optional<ByteString>>, CompletionStage<ByteString>> run = Source.single(
                        ByteString.fromString(request(http, to), StandardCharsets.ISO_8859_1))
                .concatMat(Source.<ByteString>maybe(), Keep.right())
                .via(connection)
                .scan(ByteString.emptyByteString(), (before, more) -> before.concat(more))
                .takeWhile(read -> !isWhole(read), true)
                .takeWithin(timeout)
                .toMat(Sink.<ByteString>last(), Keep.both())
                .run(system);
        return run.second().handle((read, failure) -> {
            // The connection is kept until its other half ends, too.
            run.first().complete(Optional.empty());
            return failure == null ? judged(http, read, timeout) : Optional.of(said(failure, to, timeout));
        });
    }

    private Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> plain(
            InetSocketAddress to, Duration timeout) {
        return Tcp.get(system)
                .outgoingConnection(
                        to, Optional.empty(), List.of(), false, Optional.of(timeout), Optional.<Duration>empty());
    }

    private Flow<ByteString, ByteString, CompletionStage<OutgoingConnection>> secured(
            Http http, InetSocketAddress to, Duration timeout) {
        return Tcp.get(system)
                .outgoingConnectionWithTls(
                        to,
                        () -> engine(http, to),
                        Optional.empty(),
                        List.of(),
                        Optional.of(timeout),
                        Optional.empty(),
                        session -> Optional.empty(),
                        TLSClosing.eagerClose());
    }

    private SSLEngine engine(Http http, InetSocketAddress to) {
        SSLEngine engine = anyCertificate.createSSLEngine(hostOf(http, to), to.getPort());
        engine.setUseClientMode(true);
        return engine;
    }

    private static String request(Http http, InetSocketAddress to) {
        StringBuilder text = new StringBuilder("GET ").append(http.path()).append(" HTTP/1.1\r\n");
        text.append("Host: ").append(hostOf(http, to)).append("\r\n");
        http.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("Host") && !name.equalsIgnoreCase("Connection")) {
                text.append(name).append(": ").append(value).append("\r\n");
            }
        });
        if (http.headers().keySet().stream().noneMatch(name -> name.equalsIgnoreCase("User-Agent"))) {
            text.append("User-Agent: persys-health\r\n");
        }
        return text.append("Accept: */*\r\nConnection: close\r\n\r\n").toString();
    }

    private static String hostOf(Http http, InetSocketAddress to) {
        return http.headers().entrySet().stream()
                .filter(header -> header.getKey().equalsIgnoreCase("Host"))
                .map(header -> header.getValue())
                .findFirst()
                .orElseGet(() -> to.getHostString() + ":" + to.getPort());
    }

    /** Whether no more of it is wanted. */
    private static boolean isWhole(ByteString read) {
        if (read.size() >= MAX_ANSWER) {
            return true;
        }
        String text = read.decodeString(StandardCharsets.ISO_8859_1);
        int body = text.indexOf("\r\n\r\n");
        if (body < 0) {
            return false;
        }
        Matcher length = LENGTH.matcher(text.substring(0, body + 2));
        return length.find() && text.length() - body - 4 >= Long.parseLong(length.group(1));
    }

    private static Optional<String> judged(Http http, ByteString read, Duration timeout) {
        Matcher status = STATUS.matcher(read.decodeString(StandardCharsets.ISO_8859_1));
        if (status.matches()) {
            int code = Integer.parseInt(status.group(1));
            return http.isGood(code)
                    ? Optional.empty()
                    : Optional.of("GET " + http.path() + " answered " + code + status.group(2) + "; expected is "
                            + http.expect());
        }
        return Optional.of(
                read.isEmpty()
                        ? "GET " + http.path() + " was not answered within " + timeout.toMillis() + " ms"
                        : "GET " + http.path() + " was not answered in HTTP/1.1");
    }

    private static String said(Throwable failure, InetSocketAddress to, Duration timeout) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String why = String.valueOf(root.getMessage());
        String at = to.getHostString() + ":" + to.getPort();
        if (why.toLowerCase(Locale.ROOT).contains("refused")) {
            return at + " takes no connections";
        }
        return why.toLowerCase(Locale.ROOT).contains("timeout")
                ? at + " took no connection within " + timeout.toMillis() + " ms"
                : at + ": " + why;
    }

    private static SSLContext anyCertificate() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new AnyCertificate()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no TLS", e);
        }
    }

    /** A container is asked whether it lives, and is told nothing; most show certificates that they signed themselves. */
    private static final class AnyCertificate extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
