package dev.persys.scheduler.store;

import dev.persys.store.StoreUnavailableException;
import dev.persys.trust.TrustException;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.ClientBuilder;
import io.etcd.jetcd.KV;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientCall;
import io.grpc.ClientInterceptor;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.netty.handler.ssl.SslContextBuilder;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;

/** A client of one etcd cluster with deadlines, and the text conversions that go with it. */
final class EtcdConnection implements AutoCloseable {
    /** The largest answer taken. A page that would be larger is asked for again in halves. */
    static final int MAX_ANSWER_BYTES = 64 * 1024 * 1024;

    private final EtcdSettings settings;
    private final Client client;
    private final KV kv;
    private final EtcdSpace space;

    private EtcdConnection(EtcdSettings settings, Client client) {
        this.settings = settings;
        this.client = client;
        this.kv = client.getKVClient();
        this.space = new EtcdSpace(settings.endpoints(), client.getMaintenanceClient());
    }

    /** Does not wait for a connection: an etcd that is away fails calls, not the start of a process. */
    static EtcdConnection open(EtcdSettings settings) {
        ClientBuilder builder = Client.builder()
                .endpoints(settings.endpoints())
                .waitForReady(false)
                .connectTimeout(settings.requestTimeout())
                // Finds a connection that is dead without having been closed. Only while something is asked: etcd ends
                // connections that ask between calls (GOAWAY, too_many_pings).
                .keepaliveTime(Duration.ofSeconds(10))
                .keepaliveWithoutCalls(false)
                .keepaliveTimeout(settings.requestTimeout())
                .maxInboundMessageSize(MAX_ANSWER_BYTES)
                // Only reads are repeated by jetcd, and calls that etcd refused for a token that has run out.
                .retryDelay(50)
                .retryMaxDelay(500)
                .retryChronoUnit(ChronoUnit.MILLIS)
                .retryMaxAttempts(20)
                .retryMaxDuration(part(settings.requestTimeout(), 0.75))
                .interceptor(new Deadline(part(settings.requestTimeout(), 0.9)));
        if (!settings.namespace().isEmpty()) {
            builder.namespace(bytes(settings.namespace()));
        }
        settings.credentials()
                .ifPresent(
                        credentials -> builder.user(bytes(credentials.user())).password(bytes(credentials.password())));
        settings.tls()
                .ifPresent(
                        tls -> secure(builder, tls, settings.endpoints().get(0).getHost()));
        return new EtcdConnection(settings, builder.build());
    }

    /** Less than the caller's own limit, so that what went wrong is told before that runs out. */
    private static Duration part(Duration limit, double share) {
        return Duration.ofMillis(Math.max(1, Math.round(limit.toMillis() * share)));
    }

    private static void secure(ClientBuilder builder, EtcdSettings.Tls tls, String firstHost) {
        try {
            builder.authority(tls.serverName().orElse(firstHost)).sslContext(context -> configure(context, tls));
        } catch (SSLException | IllegalArgumentException | TrustException e) {
            throw new StoreOpenException(
                    "Cannot use the TLS files for etcd (" + tls + "): " + e.getMessage()
                            + ". They are to be PEM, the key in PKCS #8 (persys.store.etcd.tls).",
                    e);
        }
    }

    private static void configure(SslContextBuilder context, EtcdSettings.Tls tls) {
        File authority = tls.authority().toFile();
        context.trustManager(authority);
        tls.client().ifPresent(client -> context.keyManager(new EtcdClientKey(client)));
    }

    KV kv() {
        return kv;
    }

    EtcdSpace space() {
        return space;
    }

    EtcdSettings settings() {
        return settings;
    }

    static ByteSequence bytes(String text) {
        return ByteSequence.from(text, StandardCharsets.UTF_8);
    }

    static String text(ByteSequence bytes) {
        return bytes.toString(StandardCharsets.UTF_8);
    }

    /** What a failed call means to a caller, who gets etcd's own words too. */
    StoreUnavailableException unavailable(String what, Throwable failure) {
        Throwable cause = Failures.unwrapped(failure);
        if (cause instanceof StoreUnavailableException known) {
            return known;
        } else if (EtcdSpace.isMetBy(cause)) {
            return StoreUnavailableException.unknown(space.met(), cause);
        }
        return new StoreUnavailableException(
                "etcd at " + settings.endpoints() + " did not answer " + what + ": " + reason(cause), cause);
    }

    private static String reason(Throwable failure) {
        if (failure instanceof TimeoutException) {
            return "nothing came within the time allowed";
        }
        String said = said(failure);
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return said.contains(said(root)) ? said : said + " (" + said(root) + ")";
    }

    private static String said(Throwable failure) {
        // The first line; Netty's further ones are about its own insides.
        return Optional.ofNullable(failure.getMessage())
                .flatMap(message -> message.lines().findFirst())
                .orElse(failure.toString());
    }

    static boolean isAnswerTooLarge(Throwable failure) {
        return Status.fromThrowable(Failures.unwrapped(failure)).getCode() == Status.Code.RESOURCE_EXHAUSTED;
    }

    @Override
    public void close() {
        space.close();
        kv.close();
        client.close();
    }

    /** A limit on every single call, known to etcd too: a call given up here is not carried out much later. */
    private record Deadline(Duration limit) implements ClientInterceptor {
        @Override
        public <A, B> ClientCall<A, B> interceptCall(MethodDescriptor<A, B> method, CallOptions options, Channel next) {
            return next.newCall(method, options.withDeadlineAfter(limit.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}
