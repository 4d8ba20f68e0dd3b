package dev.persys.http.scheduler;

import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.RemoteAddress;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.BasicHttpCredentials;
import akka.http.javadsl.model.headers.HttpCredentials;
import akka.http.javadsl.model.headers.OAuth2BearerToken;
import dev.persys.api.Problem;
import dev.persys.http.Secret;
import dev.persys.http.auth.Access;
import dev.persys.http.auth.Caller;
import dev.persys.http.auth.Gate;
import dev.persys.http.auth.Peer;
import dev.persys.join.FailureLimit;
import dev.persys.join.JoinToken;
import dev.persys.join.Proof;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Says who speaks on the port of the agents, where that has TLS: the agent of a node by its certificate, and without one
 * whoever comes. What it may is decided about the node that it speaks for ({@link NodeJoins}). A secret is not
 * even compared where too much from there was wrong.
 */
final class NodeGate implements Gate {
    /** Of whom failures are remembered: some megabytes. */
    private static final int MOST_REMEMBERED = 20_000;

    static final String TOO_MUCH = "Too much that came from your address was wrong: try again in a minute";

    private static final int PREFIX_BYTES = 8;
    private static final Set<Access.Role> MAY = Set.of(Access.Role.NODE);

    private final List<Secret> secrets;
    private final FailureLimit failures;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /** @param nanos of a clock that nobody sets */
    NodeGate(JoinSettings settings, InstantSource clock, LongSupplier nanos) {
        this.secrets = settings.secrets();
        this.failures = new FailureLimit(settings.failuresPerMinute(), MOST_REMEMBERED);
        this.clock = clock;
        this.nanos = nanos;
    }

    @Override
    public Admission admit(HttpRequest request) {
        Optional<Peer> peer = request.getAttribute(Peer.KEY);
        if (peer.isPresent()) {
            return byCertificate(peer.get());
        }
        Optional<String> secret = secret(request).filter(any -> !secrets.isEmpty());
        if (secret.isPresent() && !mayFail(request)) {
            return new Admission.Refused(Caller.ANONYMOUS, Problem.of(Problem.Type.TOO_MANY_FAILURES, TOO_MUCH));
        } else if (secret.isPresent() && !matches(secret.get())) {
            failed(request);
            return new Admission.Denied(
                    "Basic realm=\"persys\"",
                    "That is not the shared secret: AGENT_SECRET has to be the same on the scheduler and on every agent");
        }
        return new Admission.Admitted(
                secret.isPresent()
                        ? new Caller(Caller.Kind.PEER, "", MAY)
                        : token(request)
                                .map(token -> new Caller(Caller.Kind.JOIN_TOKEN, token.id(), MAY))
                                .orElseGet(() -> new Caller(Caller.Kind.ANONYMOUS, "", MAY)));
    }

    private Admission byCertificate(Peer peer) {
        SpiffeId identity = peer.identity();
        String name = identity.role() + "/" + identity.name();
        if (clock.instant().isAfter(peer.until())) {
            return refused(name, "The certificate of " + identity + " has expired at " + peer.until());
        } else if (identity.role() != Role.AGENT) {
            return refused(name, "You are " + identity + ", and here is served who is agent");
        }
        return new Admission.Admitted(new Caller(Caller.Kind.CERTIFICATE, name, MAY));
    }

    private static Admission refused(String name, String why) {
        return new Admission.Refused(
                new Caller(Caller.Kind.CERTIFICATE, name, Set.of()), Problem.of(Problem.Type.WRONG_IDENTITY, why));
    }

    /** What has been shown; of what is there only what was looked at counts. */
    Proof proof(HttpRequest request, Caller caller) {
        return switch (caller.kind()) {
            case CERTIFICATE ->
                request.getAttribute(Peer.KEY)
                        .<Proof>map(
                                peer -> new Proof.Certificate(peer.identity().name(), peer.key(), peer.epoch()))
                        .orElseThrow();
            case JOIN_TOKEN -> token(request).<Proof>map(Proof.Token::new).orElseThrow();
            case PEER -> new Proof.Secret();
            default -> new Proof.Nothing();
        };
    }

    /** For which node the secret was shown; absent where that was not said. */
    static Optional<String> user(HttpRequest request) {
        return basic(request).map(BasicHttpCredentials::username).filter(user -> !user.isEmpty());
    }

    /**
     * Somebody without a certificate was wrong. That counts for its address alone: by what it says of itself, such as a node's
     * id, anybody could keep that node out.
     */
    void failed(HttpRequest request) {
        failures.failed(network(request), nanos.getAsLong());
    }

    /** Whether somebody from there may still be wrong. */
    boolean mayFail(HttpRequest request) {
        return failures.mayFail(network(request), nanos.getAsLong());
    }

    /** Every one is compared, so that how long it takes says nothing. */
    private boolean matches(String candidate) {
        return secrets.stream().filter(secret -> secret.matches(candidate)).count() > 0;
    }

    private static Optional<JoinToken.Shown> token(HttpRequest request) {
        return credentials(request)
                .filter(OAuth2BearerToken.class::isInstance)
                .flatMap(bearer -> JoinToken.Shown.parse(((OAuth2BearerToken) bearer).token()));
    }

    private static Optional<String> secret(HttpRequest request) {
        if (token(request).isPresent()) {
            return Optional.empty();
        }
        return basic(request)
                .map(BasicHttpCredentials::password)
                .or(() -> credentials(request)
                        .filter(OAuth2BearerToken.class::isInstance)
                        .map(bearer -> ((OAuth2BearerToken) bearer).token()));
    }

    private static Optional<BasicHttpCredentials> basic(HttpRequest request) {
        return credentials(request)
                .filter(BasicHttpCredentials.class::isInstance)
                .map(BasicHttpCredentials.class::cast);
    }

    private static Optional<HttpCredentials> credentials(HttpRequest request) {
        return request.getHeader(Authorization.class).map(Authorization::credentials);
    }

    /** By address; of IPv6 by the 64 bits that one customer has at least. */
    private static String network(HttpRequest request) {
        return address(request)
                .map(address -> address instanceof Inet6Address six
                        ? HexFormat.of().formatHex(Arrays.copyOf(six.getAddress(), PREFIX_BYTES))
                        : address.getHostAddress())
                .orElse("");
    }

    static Optional<InetAddress> address(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress).flatMap(RemoteAddress::getAddress);
    }
}
