package dev.persys.http.auth;

import akka.http.javadsl.model.AttributeKeys;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.RemoteAddress;
import akka.http.javadsl.model.headers.Authorization;
import akka.http.javadsl.model.headers.BasicHttpCredentials;
import akka.http.javadsl.model.headers.HttpCredentials;
import akka.http.javadsl.model.headers.OAuth2BearerToken;
import dev.persys.api.Problem;
import dev.persys.http.Secret;
import dev.persys.trust.SpiffeId;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Says who sent a request, by one way to show that. */
@FunctionalInterface
public interface Gate {
    Admission admit(HttpRequest request);

    sealed interface Admission {
        record Admitted(Caller caller) implements Admission {}

        /**
         * Not let in.
         *
         * @param challenge the scheme to come back with, as {@code WWW-Authenticate} takes it
         * @param detail what to do
         */
        record Denied(String challenge, String detail) implements Admission {}

        /** It is known who asks, and that is nobody who is served here, whatever else it brings. */
        record Refused(Caller caller, Problem problem) implements Admission {}
    }

    /**
     * The first that lets the caller in, or refuses it, says who it is; where none does, the last says what to come back
     * with.
     */
    static Admission admit(List<Gate> gates, HttpRequest request) {
        Admission last = new Admission.Denied("Bearer realm=\"persys\"", "Nobody is let in here");
        for (Gate gate : gates) {
            last = gate.admit(request);
            if (!(last instanceof Admission.Denied)) {
                return last;
            }
        }
        return last;
    }

    /** Lets in by the bearer token of the whole API, which is for its administrators. */
    static Gate token(Secret token) {
        Caller holder = new Caller(Caller.Kind.TOKEN, "", Access.Role.upTo(dev.persys.access.Role.ADMIN));
        return request -> bearer(request).filter(token::matches).isPresent()
                ? new Admission.Admitted(holder)
                : new Admission.Denied(
                        "Bearer realm=\"persys\"",
                        "Send the API token as \"Authorization: Bearer …\"; persys reads it from PERSYS_TOKEN");
    }

    /**
     * Lets in by their certificates those of some roles, and nobody else: on each request, so that one which has expired
     * meanwhile counts no more on a connection that was made before.
     *
     * @param welcome those of the cluster who are served
     * @param may what each of these may do
     */
    static Gate certificate(
            Set<dev.persys.trust.Role> welcome,
            Function<dev.persys.trust.Role, Set<Access.Role>> may,
            InstantSource clock) {
        return request -> {
            Optional<Peer> peer = request.getAttribute(Peer.KEY);
            if (peer.isEmpty()) {
                return new Admission.Refused(
                        Caller.ANONYMOUS,
                        Problem.of(
                                Problem.Type.WRONG_IDENTITY,
                                "Nobody is served here without a certificate of the cluster"));
            }
            SpiffeId identity = peer.get().identity();
            String name = identity.role() + "/" + identity.name();
            Caller nobodyHere = new Caller(Caller.Kind.CERTIFICATE, name, Set.of());
            if (clock.instant().isAfter(peer.get().until())) {
                return new Admission.Refused(
                        nobodyHere,
                        Problem.of(
                                Problem.Type.WRONG_IDENTITY,
                                "The certificate of " + identity + " has expired at "
                                        + peer.get().until() + ": come again with a new one"));
            } else if (!welcome.contains(identity.role())) {
                return new Admission.Refused(
                        nobodyHere,
                        Problem.of(
                                Problem.Type.WRONG_IDENTITY,
                                "You are " + identity + ", and here is served who is "
                                        + welcome.stream()
                                                .map(Object::toString)
                                                .sorted()
                                                .collect(Collectors.joining(" or "))));
            }
            return new Admission.Admitted(new Caller(Caller.Kind.CERTIFICATE, name, may.apply(identity.role())));
        };
    }

    /**
     * Lets agents and the scheduler in by the secret that they share, as a bearer token or as the password of Basic;
     * where there is none, whoever is on this machine.
     */
    static Gate agentSecret(Optional<Secret> secret) {
        return request -> {
            Caller caller = new Caller(Caller.Kind.PEER, "", Set.of(Access.Role.NODE));
            if (secret.isEmpty()) {
                return isLocal(request)
                        ? new Admission.Admitted(caller)
                        : new Admission.Denied(
                                "Bearer realm=\"persys\"",
                                "No AGENT_SECRET is set here, so only callers on this machine are let in:"
                                        + " set the same AGENT_SECRET on the scheduler and on every agent");
            }
            return bearer(request)
                            .or(() -> password(request))
                            .filter(secret.get()::matches)
                            .isPresent()
                    ? new Admission.Admitted(caller)
                    : new Admission.Denied(
                            "Bearer realm=\"persys\"",
                            "Send the shared secret as \"Authorization: Bearer …\": AGENT_SECRET has to be the same on"
                                    + " the scheduler and on every agent");
        };
    }

    private static Optional<String> bearer(HttpRequest request) {
        return credentials(request)
                .filter(OAuth2BearerToken.class::isInstance)
                .map(credentials -> ((OAuth2BearerToken) credentials).token());
    }

    private static Optional<String> password(HttpRequest request) {
        return credentials(request)
                .filter(BasicHttpCredentials.class::isInstance)
                .map(credentials -> ((BasicHttpCredentials) credentials).password());
    }

    private static Optional<HttpCredentials> credentials(HttpRequest request) {
        return request.getHeader(Authorization.class).map(Authorization::credentials);
    }

    private static boolean isLocal(HttpRequest request) {
        return request.getAttribute(AttributeKeys.remoteAddress)
                .flatMap(RemoteAddress::getAddress)
                .filter(InetAddress::isLoopbackAddress)
                .isPresent();
    }
}
