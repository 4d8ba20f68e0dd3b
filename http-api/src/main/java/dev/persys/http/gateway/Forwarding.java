package dev.persys.http.gateway;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.headers.RawHeader;
import dev.persys.access.Principal;
import dev.persys.http.auth.ClientAddress;
import dev.persys.http.gateway.auth.CredentialAuthenticator;
import dev.persys.protocol.CallException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of a request and its answer goes on, and when a request may be sent a second time. */
final class Forwarding {
    /** Of one connection (RFC 9110, section 7.6.1), or made anew for the next. */
    private static final Set<String> OF_A_CONNECTION = Set.of(
            "connection",
            "keep-alive",
            "proxy-connection",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade",
            "content-length",
            "content-type",
            "host",
            "expect",
            "date",
            "server",
            "raw-request-uri",
            "remote-address",
            "timeout-access");

    /** What only a gateway says. */
    private static final Set<String> OF_A_GATEWAY = Stream.of(
                    Principal.HEADER, Principal.CREDENTIAL_HEADER, Principal.ROLE_HEADER, ClientAddress.HEADER)
            .map(name -> name.toLowerCase(Locale.ROOT))
            .collect(Collectors.toUnmodifiableSet());

    /** Who a client is, says the gateway from here on; what it showed goes no further. */
    private static final Set<String> SHOWN = Set.of("authorization", "cookie", "persys-csrf");

    /** What others put in front of a gateway may say; the scheduler believes nothing of it. */
    private static final Set<String> OF_PROXIES =
            Set.of("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via");

    /** What a browser says of the page that asks: the gateway has judged it, and a scheduler has another name than it. */
    private static final Set<String> OF_A_PAGE = Set.of("origin", "referer");

    private static final String TICKET = CredentialAuthenticator.TICKET + "=";

    private static final Set<String> LOOKS = Set.of("GET", "HEAD", "OPTIONS");

    private Forwarding() {}

    /** Path and query as they were sent, but for the ticket by which the gateway knew who asks. */
    static String target(String target) {
        int query = target.indexOf('?');
        if (query < 0 || !target.contains(TICKET)) {
            return target;
        }
        String kept = Arrays.stream(target.substring(query + 1).split("&", -1))
                .filter(parameter -> !parameter.startsWith(TICKET))
                .collect(Collectors.joining("&"));
        return target.substring(0, query) + (kept.isEmpty() ? "" : "?" + kept);
    }

    /**
     * The headers for a scheduler.
     *
     * @param principal nobody for who comes to sign in, whose own credentials go on then
     */
    static List<HttpHeader> request(
            Iterable<HttpHeader> headers, Optional<Principal> principal, String clientAddress, String requestId) {
        Set<String> dropped = new HashSet<>(OF_A_CONNECTION);
        dropped.addAll(OF_A_GATEWAY);
        dropped.addAll(OF_PROXIES);
        dropped.addAll(OF_A_PAGE);
        dropped.add("x-request-id");
        dropped.addAll(named(headers));
        headers.forEach(header -> {
            if (header.lowercaseName().startsWith("sec-websocket-")) {
                dropped.add(header.lowercaseName());
            }
        });
        if (principal.isPresent()) {
            dropped.addAll(SHOWN);
        }
        List<HttpHeader> kept = kept(headers, dropped);
        kept.add(RawHeader.create("X-Request-Id", requestId));
        if (!clientAddress.isEmpty()) {
            kept.add(RawHeader.create(ClientAddress.HEADER, clientAddress));
        }
        principal.ifPresent(who -> {
            kept.add(RawHeader.create(Principal.HEADER, who.text()));
            kept.add(RawHeader.create(Principal.CREDENTIAL_HEADER, who.credentialText()));
            kept.add(RawHeader.create(Principal.ROLE_HEADER, who.role().word()));
        });
        return kept;
    }

    /** The headers of an answer for the client. */
    static List<HttpHeader> answer(Iterable<HttpHeader> headers) {
        Set<String> dropped = new HashSet<>(OF_A_CONNECTION);
        dropped.addAll(OF_A_GATEWAY);
        dropped.addAll(named(headers));
        return kept(headers, dropped);
    }

    /**
     * Whether another scheduler may be asked the same.
     *
     * @param hasKey whether the scheduler would know a second one by its {@code Idempotency-Key}
     */
    static boolean mayRepeat(String method, boolean hasKey, Throwable failure) {
        boolean wasNotSent = failure instanceof CallException call && call.kind() == CallException.Kind.NO_CONNECTION;
        return wasNotSent || LOOKS.contains(method) || hasKey;
    }

    private static List<HttpHeader> kept(Iterable<HttpHeader> headers, Set<String> dropped) {
        List<HttpHeader> kept = new ArrayList<>();
        for (HttpHeader header : headers) {
            if (!dropped.contains(header.lowercaseName())) {
                kept.add(RawHeader.create(header.name(), header.value()));
            }
        }
        return kept;
    }

    /** What {@code Connection} names is of this connection too. */
    private static Set<String> named(Iterable<HttpHeader> headers) {
        Set<String> named = new HashSet<>();
        for (HttpHeader header : headers) {
            if (header.is("connection")) {
                Arrays.stream(header.value().split(",", -1))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .forEach(named::add);
            }
        }
        return named;
    }
}
