package dev.persys.http.auth;

import akka.http.javadsl.model.HttpHeader;
import akka.http.javadsl.model.HttpRequest;
import dev.persys.access.Principal;
import dev.persys.api.Problem;
import dev.persys.trust.Role;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Believes a gateway who it speaks for. With a gateway's certificate the caller is the principal that the request names, as
 * long as its credential stands; with any other certificate, and with none, nobody may name one.
 */
public final class PrincipalGate implements Gate {
    private static final List<String> HEADERS =
            List.of(Principal.HEADER, Principal.CREDENTIAL_HEADER, Principal.ROLE_HEADER);

    private final Gate before;
    private final CredentialCheck credentials;
    private final Set<Access.Role> ofGateways;

    /**
     * Behind another gate.
     *
     * @param before says who the connection is of
     * @param ofGateways what a gateway may do in its own name, where it names nobody
     */
    public PrincipalGate(Gate before, CredentialCheck credentials, Set<Access.Role> ofGateways) {
        this.before = before;
        this.credentials = credentials;
        this.ofGateways = Set.copyOf(ofGateways);
    }

    @Override
    public Admission admit(HttpRequest request) {
        Admission first = before.admit(request);
        if (!(first instanceof Admission.Admitted admitted)) {
            return first;
        }
        Caller own = admitted.caller();
        boolean names =
                HEADERS.stream().anyMatch(header -> request.getHeader(header).isPresent());
        boolean isGateway = request.getAttribute(Peer.KEY)
                .filter(peer -> peer.identity().role() == Role.GATEWAY)
                .isPresent();
        if (!isGateway) {
            return names
                    ? refused(
                            own,
                            Problem.Type.WRONG_IDENTITY,
                            "Only a gateway says for whom it asks: send no " + String.join(", ", HEADERS))
                    : admitted;
        } else if (!names) {
            return new Admission.Admitted(new Caller(own.kind(), own.id(), ofGateways));
        }
        return principal(request)
                .map(principal -> speaksFor(own, principal))
                .orElseGet(() -> refused(
                        own,
                        Problem.Type.WRONG_IDENTITY,
                        "A gateway says for whom it asks by " + String.join(", ", HEADERS)
                                + ", each once and all of one principal"));
    }

    private Admission speaksFor(Caller gateway, Principal principal) {
        Caller caller = new Caller(
                Caller.Kind.of(principal.kind()), principal.name(), Set.of(), Optional.of(principal), gateway.id());
        if (!credentials.isKnown()) {
            return refused(
                    caller, Problem.Type.UNAVAILABLE, "Who may call is not known here yet: ask again in a moment");
        }
        return credentials
                .role(principal)
                .<Admission>map(role -> new Admission.Admitted(caller.with(Access.Role.upTo(role))))
                .orElseGet(() -> refused(
                        caller,
                        Problem.Type.CREDENTIAL_GONE,
                        "The " + principal.kind().credential() + " of " + principal.text()
                                + " is expired or revoked: sign in again, or bring another token"));
    }

    private static Admission refused(Caller caller, Problem.Type type, String detail) {
        return new Admission.Refused(caller, Problem.of(type, detail));
    }

    private static Optional<Principal> principal(HttpRequest request) {
        List<String> values =
                HEADERS.stream().flatMap(name -> all(request, name)).toList();
        boolean eachOnce = HEADERS.stream().allMatch(name -> all(request, name).count() == 1);
        return eachOnce ? Principal.parse(values.get(0), values.get(1), values.get(2)) : Optional.empty();
    }

    private static Stream<String> all(HttpRequest request, String name) {
        return StreamSupport.stream(request.getHeaders().spliterator(), false)
                .filter(header -> header.is(name.toLowerCase(Locale.ROOT)))
                .map(HttpHeader::value);
    }
}
