package dev.persys.http.scheduler;

import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.HttpResponse;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.api.FieldError;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import dev.persys.http.auth.Caller;
import dev.persys.http.server.Answers;
import dev.persys.http.server.Asking;
import dev.persys.http.server.Call;
import dev.persys.join.Joining;
import dev.persys.join.Joining.Decision;
import dev.persys.join.NodeKey;
import dev.persys.join.Proof;
import dev.persys.join.TokenDocument;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.NodeId;
import dev.persys.protocol.Documents;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.trust.CertificateIssuer;
import dev.persys.trust.Certificates;
import dev.persys.trust.Pin;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.net.InetAddress;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import kamon.Kamon;
import kamon.metric.Counter;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets agents speak for their nodes, and makes their certificates: what {@link Joining} decides is durable before anybody
 * hears of it.
 */
final class NodeJoins {
    private static final Logger LOG = LoggerFactory.getLogger(NodeJoins.class);

    /** Where somebody else changes the same document each time, it is for the client to come again. */
    private static final int MOST_ATTEMPTS = 4;

    private final Asking<SchedulerProtocol.Command> scheduler;
    private final CertificateIssuer issuer;
    private final Documents documents;
    private final Joining.Rules rules;
    private final NodeGate gate;
    private final InstantSource clock;
    private final Counter strangers = Kamon.counter(
                    "persys.node.keys.refused", "Keys that came for a node and were not believed to be that node's")
            .withoutTags();

    NodeJoins(Asking<SchedulerProtocol.Command> scheduler, SchedulerTrust trust, NodeGate gate, InstantSource clock) {
        this.scheduler = scheduler;
        this.issuer = trust.issuer();
        this.documents = trust.documents();
        this.rules = new Joining.Rules(trust.joining().mode(), trust.joining().life());
        this.gate = gate;
        this.clock = clock;
    }

    /** What follows for whoever is let in, with the certificate that was made where one was asked for. */
    interface Then extends Function<Optional<X509Certificate>, CompletionStage<HttpResponse>> {}

    /** Of whom, which certificate it wants, and what it has shown. */
    private record Wish(NodeId node, Optional<PublicKey> key, Proof proof) {
        /** Whether an operator is asked about this very key already: to come again and see is not wrong. */
        boolean waits(Optional<Document> known) {
            return known.map(NodeKey::read)
                    .flatMap(NodeKey::pending)
                    .filter(pending ->
                            key.map(Pin::of).filter(pending.key()::equals).isPresent())
                    .isPresent();
        }
    }

    /**
     * Lets somebody speak for a node, or says why not.
     *
     * @param csr the request for a certificate, where one is wanted
     */
    CompletionStage<HttpResponse> speaking(Call call, NodeId node, Optional<String> csr, Then then) {
        if (!documents.areKnown()) {
            return unknown(call);
        }
        call.exchange().audit().on(node);
        Optional<String> other = NodeGate.user(call.request())
                .filter(user -> call.caller().kind() == Caller.Kind.PEER)
                .filter(user -> !user.equals(node.value()));
        if (other.isPresent()) {
            return Answers.now(Answers.problem(
                    call, Problem.Type.NODE_REFUSED, "The user of Basic is another than the nodeId of the body"));
        }
        Proof proof = gate.proof(call.request(), call.caller());
        if (!isLookedAt(call, proof) && !Joining.mayBeAwaited(proof, key(node), token(proof), clock.instant())) {
            return tooMuch(call);
        }
        Optional<PublicKey> key;
        try {
            key = csr.map(text -> issuer.requested(text, "csr"));
        } catch (TrustException e) {
            return Answers.now(Answers.invalid(
                    call,
                    List.of(new FieldError("/csr", e.getMessage(), "a request for a certificate in PEM (PKCS#10)"))));
        }
        return attempt(call, new Wish(node, key, proof), then, 1);
    }

    private static CompletionStage<HttpResponse> unknown(Call call) {
        return Answers.now(Answers.problem(
                call, Problem.Type.UNAVAILABLE, "No scheduler leads at the moment: send it again in a moment"));
    }

    private static CompletionStage<HttpResponse> tooMuch(Call call) {
        return Answers.now(Answers.problem(call, Problem.Type.TOO_MANY_FAILURES, NodeGate.TOO_MUCH));
    }

    private boolean isLookedAt(Call call, Proof proof) {
        return proof instanceof Proof.Certificate || gate.mayFail(call.request());
    }

    private CompletionStage<HttpResponse> attempt(Call call, Wish wish, Then then, int attempt) {
        Optional<Document> key = key(wish.node());
        Optional<Document> token = token(wish.proof());
        if (!documents.areKnown()) {
            // The term has ended between: what was not found may be there.
            return unknown(call);
        }
        Decision decision = Joining.decide(
                new Joining.Asked(
                        wish.node(), wish.proof(), wish.key().map(Pin::of), from(call.request()), clock.instant()),
                key,
                token,
                rules);
        if (decision instanceof Decision.Refused refused) {
            if (!isLookedAt(call, wish.proof())) {
                return tooMuch(call);
            } else if (!(wish.proof() instanceof Proof.Certificate) && !wish.waits(key)) {
                gate.failed(call.request());
            }
            return refused(call, wish, refused);
        }
        return admitted(call, wish, (Decision.Admitted) decision, then, attempt);
    }

    private CompletionStage<HttpResponse> admitted(
            Call call, Wish wish, Decision.Admitted admitted, Then then, int attempt) {
        // Made before anything is kept: where it cannot be made, the token is still good.
        Optional<X509Certificate> certificate;
        try {
            certificate = certificate(wish, admitted.certify());
        } catch (TrustException e) {
            LOG.error("No certificate can be made for node {}", wish.node(), e);
            return Answers.now(Answers.problem(
                    call,
                    Problem.Type.UNAVAILABLE,
                    "The authority makes no certificate at the moment; the scheduler's log says why"));
        }
        if (admitted.changes().isEmpty()) {
            return then.apply(certificate);
        }
        return commit(admitted.changes(), reply -> {
            if (reply instanceof Reply.Ok<List<Document>>) {
                certificate.ifPresent(made -> call.exchange()
                        .audit()
                        .detail("certified until " + made.getNotAfter().toInstant()));
                return then.apply(certificate);
            }
            return reply instanceof Reply.PreconditionFailed<List<Document>> && attempt < MOST_ATTEMPTS
                    ? attempt(call, wish, then, attempt + 1)
                    : Answers.now(Answers.problem(Replies.problem(reply).withRequestId(call.requestId())));
        });
    }

    private CompletionStage<HttpResponse> commit(
            List<DocumentChange> changes, Function<Reply<List<Document>>, CompletionStage<HttpResponse>> then) {
        return scheduler.<Reply<List<Document>>, HttpResponse>askThen(
                replyTo -> new SchedulerProtocol.ChangeDocuments(changes, replyTo), then);
    }

    private Optional<Document> key(NodeId node) {
        return NodeKey.id(node).flatMap(documents::find);
    }

    private Optional<Document> token(Proof proof) {
        return proof instanceof Proof.Token shown ? documents.find(TokenDocument.id(shown.token())) : Optional.empty();
    }

    private Optional<X509Certificate> certificate(Wish wish, OptionalInt epoch) {
        return epoch.isEmpty()
                ? Optional.empty()
                : wish.key()
                        .map(key -> issuer.issue(
                                key,
                                new SpiffeId(
                                        issuer.cluster(),
                                        Role.AGENT,
                                        wish.node().value()),
                                epoch.getAsInt(),
                                rules.life()));
    }

    /** The answer is the same whether the note for the operator could be kept or not: it comes again. */
    private CompletionStage<HttpResponse> refused(Call call, Wish wish, Decision.Refused refused) {
        HttpResponse answer = Answers.problem(call, Problem.Type.NODE_REFUSED, refused.why());
        if (!refused.alarming()) {
            return Answers.now(answer);
        }
        strangers.increment();
        call.exchange()
                .audit()
                .detail("key " + wish.key().map(Pin::of).map(Pin::toString).orElse("none"));
        if (refused.changes().isEmpty()) {
            return Answers.now(answer);
        }
        LOG.warn(
                "A key from {} is not believed to be that of node {}: {}",
                from(call.request()),
                wish.node(),
                refused.why());
        return commit(refused.changes(), reply -> Answers.now(answer)).exceptionally(failure -> answer);
    }

    /** What the node is given: its certificate, where one was made, and whom it may believe. */
    ObjectNode given(ObjectNode answer, Optional<X509Certificate> certificate) {
        certificate.ifPresent(made -> answer.put("certificate", Certificates.write(List.of(made))));
        return answer.put("roots", Certificates.write(issuer.roots()));
    }

    /** By which a node sees whether it has the roots of today. */
    List<String> pins() {
        return issuer.roots().stream().map(Pin::of).map(Pin::toString).toList();
    }

    HttpResponse certified(NodeId node, Optional<X509Certificate> certificate) {
        return Answers.json(given(
                Json.MAPPER
                        .createObjectNode()
                        .put("nodeId", node.value())
                        .put("cluster", issuer.cluster().value()),
                certificate));
    }

    private static String from(HttpRequest request) {
        return NodeGate.address(request).map(InetAddress::getHostAddress).orElse("");
    }
}
