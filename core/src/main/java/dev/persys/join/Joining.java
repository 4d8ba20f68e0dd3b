package dev.persys.join;

import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.NodeId;
import dev.persys.trust.Pin;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What becomes of somebody who speaks for a node, or wants a certificate for one. */
public final class Joining {
    private final Asked asked;
    private final Rules rules;
    private final DocumentId id;
    private final long revision;
    private final NodeKey known;

    private Joining(Asked asked, Rules rules, DocumentId id, Optional<Document> document) {
        this.asked = asked;
        this.rules = rules;
        this.id = id;
        this.revision = document.map(Document::revision).orElse(DocumentChange.ABSENT);
        this.known = document.map(NodeKey::read).orElse(NodeKey.NONE);
    }

    /**
     * A request.
     *
     * @param key of the certificate that is asked for, of which the sender has the private half; absent where none is
     * @param from the address that it came from
     */
    public record Asked(NodeId node, Proof proof, Optional<Pin> key, String from, Instant now) {}

    /**
     * How machines are let in.
     *
     * @param life of the certificates that are made
     */
    public record Rules(JoinMode mode, Duration life) {}

    public sealed interface Decision {
        /**
         * Let in, once these are durable, all of them or none.
         *
         * @param certify the epoch of revocation for the certificate that is to be made; empty where none was asked for
         */
        record Admitted(List<DocumentChange> changes, OptionalInt certify) implements Decision {
            public Admitted {
                changes = List.copyOf(changes);
            }
        }

        /**
         * Not let in; these are kept of it all the same.
         *
         * @param why for whoever asks, with what to do
         * @param changes what an operator is to be shown
         * @param alarming whether somebody ought to look: another key has come for a node
         */
        record Refused(String why, List<DocumentChange> changes, boolean alarming) implements Decision {
            public Refused {
                changes = List.copyOf(changes);
            }

            Refused(String why) {
                this(why, List.of(), false);
            }
        }
    }

    /**
     * Decides.
     *
     * @param key the document of the node's key, where there is one
     * @param token that of the token which was shown, where there is one
     */
    public static Decision decide(Asked asked, Optional<Document> key, Optional<Document> token, Rules rules) {
        return NodeKey.id(asked.node())
                .map(id -> new Joining(asked, rules, id, key).decided(token))
                .orElseGet(() ->
                        new Decision.Refused("The node id is longer than 128 characters, under which no key can be"
                                + " kept: set persys.agent.node-id to a shorter one"));
    }

    /**
     * Whether an operator may have said of somebody already that it is to come, by what is cheap to see: who holds a token that
     * is good, or speaks for a node of which a key is approved, is not kept waiting for what others did.
     *
     * @param key the document of the node's key, where there is one
     * @param token that of the token which was shown, where there is one
     */
    public static boolean mayBeAwaited(Proof proof, Optional<Document> key, Optional<Document> token, Instant now) {
        boolean holds = proof instanceof Proof.Token shown
                && token.flatMap(TokenDocument::read)
                        .filter(kept -> kept.isOf(shown.token()) && !now.isAfter(kept.expires()))
                        .isPresent();
        return holds
                || key.map(NodeKey::read)
                        .flatMap(NodeKey::approved)
                        .filter(approved -> !now.isAfter(approved.until()))
                        .isPresent();
    }

    private Decision decided(Optional<Document> token) {
        if (asked.proof() instanceof Proof.Certificate shown) {
            return certified(shown);
        } else if (isApproved()) {
            return known.revoked() || isOther() ? replaced(List.of()) : pinned(List.of());
        } else if (rules.mode() != JoinMode.CLOSED && asked.proof() instanceof Proof.Token shown) {
            return byToken(shown.token(), token);
        }
        boolean welcome = rules.mode() == JoinMode.FIRST_USE
                || (rules.mode() == JoinMode.SECRET && asked.proof() instanceof Proof.Secret);
        return welcome ? unknown() : unwelcome();
    }

    private boolean isOther() {
        return known.key().isPresent() && !known.key().equals(asked.key());
    }

    private boolean isApproved() {
        return known.approved()
                .filter(approved -> asked.key().filter(approved.key()::equals).isPresent()
                        && !asked.now().isAfter(approved.until()))
                .isPresent();
    }

    private Decision certified(Proof.Certificate shown) {
        if (!shown.node().equals(asked.node().value())) {
            return new Decision.Refused("Your certificate is that of the agent of " + shown.node()
                    + ", which does not speak for " + asked.node());
        }
        Optional<String> refusal = known.refusal(shown.key(), shown.epoch());
        if (refusal.isPresent()) {
            return uncounted(shown, refusal.get());
        } else if (asked.key().isEmpty()) {
            return new Decision.Admitted(
                    known.key().isPresent() ? List.of() : put(pinnedAs(shown)), OptionalInt.empty());
        }
        return asked.key().get().equals(shown.key())
                ? pinned(List.of())
                : new Decision.Refused(
                        "A certificate is renewed for the key that it has: to join with a new one, take a token"
                                + " that is made for this node (persys node token --node " + asked.node() + ")");
    }

    /** One that was signed by hand: from then on its key is the node's, which nobody gets by a token for new nodes. */
    private NodeKey pinnedAs(Proof.Certificate shown) {
        return known.pinned(shown.key(), known.until());
    }

    /** A certificate that counts no more does no harm to who is approved, and is the way to be approved. */
    private Decision uncounted(Proof.Certificate shown, String refusal) {
        if (isApproved()) {
            return replaced(List.of());
        } else if (asked.key().filter(shown.key()::equals).isPresent()) {
            return waiting(known.revoked() ? "its certificates were revoked" : refusal);
        }
        return new Decision.Refused("The agent of " + asked.node() + " is refused: " + refusal);
    }

    private Decision byToken(JoinToken.Shown shown, Optional<Document> document) {
        Optional<TokenDocument> token = document.flatMap(TokenDocument::read).filter(kept -> kept.isOf(shown));
        if (token.isEmpty()) {
            return new Decision.Refused("There is no such token: each is good once, and has a moment when it is over;"
                    + " persys node token makes another");
        } else if (asked.now().isAfter(token.get().expires())) {
            return new Decision.Refused(
                    "The token was over at " + token.get().expires() + "; persys node token makes another");
        } else if (token.get().node().filter(only -> !only.equals(asked.node())).isPresent()) {
            return new Decision.Refused("The token is for another node than " + asked.node());
        } else if (asked.key().isEmpty()) {
            return new Decision.Refused("A token is good for a certificate: send csr, a request for one in PEM");
        }
        boolean other = known.revoked() || isOther();
        if (other && token.get().node().isEmpty()) {
            return waiting("there is another key of " + asked.node()
                    + ", and the token is for a new node: take one that is made for this node (persys node token --node "
                    + asked.node() + ")");
        }
        DocumentChange used = new DocumentChange.Remove(
                document.orElseThrow().id(), document.orElseThrow().revision());
        return other ? replaced(List.of(used)) : pinned(List.of(used));
    }

    /** Somebody without a certificate, who may come all the same where there is none of that node yet. */
    private Decision unknown() {
        if (asked.key().isEmpty()) {
            return known.revoked() || known.key().isPresent()
                    ? new Decision.Refused("There is a key of " + asked.node()
                            + ": only whoever shows its certificate on the connection speaks for it")
                    : new Decision.Admitted(List.of(), OptionalInt.empty());
        } else if (known.revoked()) {
            return waiting("its certificates were revoked");
        } else if (isOther()) {
            return waiting("another key is pinned for it");
        } else if (known.until().filter(asked.now()::isAfter).isPresent()) {
            return waiting("its certificate has expired meanwhile");
        }
        return pinned(List.of());
    }

    /** Of a node that is known, an operator may believe what nothing here shows. */
    private Decision unwelcome() {
        if (asked.key().isPresent() && (known.revoked() || known.key().isPresent())) {
            return waiting(isOther() ? "another key is pinned for it" : "it has no certificate that counts");
        }
        return new Decision.Refused(
                switch (rules.mode()) {
                    case TOKEN -> "A machine joins by a token here: persys node token makes one";
                    case SECRET ->
                        "Send the shared secret as the password of \"Authorization: Basic …\", with the node id as user:"
                                + " AGENT_SECRET has to be the same on the scheduler and on every agent";
                    case CLOSED, FIRST_USE -> "No machine joins here now: persys.http.scheduler.join.mode is closed";
                });
    }

    private Decision waiting(String why) {
        Pin key = asked.key().orElseThrow();
        boolean kept = known.pending()
                .filter(there -> there.key().equals(key)
                        || known.key().filter(there.key()::equals).isPresent())
                .isPresent();
        List<DocumentChange> changes =
                kept ? List.of() : put(known.waiting(new NodeKey.Pending(key, asked.now(), asked.from(), why)));
        return new Decision.Refused(
                "The key " + key + " is not believed to be that of " + asked.node() + ", for " + why
                        + "; an operator can look, and say that it is: persys node approve " + asked.node() + " --key "
                        + key,
                changes,
                true);
    }

    private Decision pinned(List<DocumentChange> more) {
        return admitted(known.pinned(asked.key().orElseThrow(), certifiedUntil()), more);
    }

    private Decision replaced(List<DocumentChange> more) {
        return admitted(known.replaced(asked.key().orElseThrow(), certifiedUntil()), more);
    }

    private Decision admitted(NodeKey next, List<DocumentChange> more) {
        List<DocumentChange> changes = new ArrayList<>(more);
        changes.addAll(put(next));
        return new Decision.Admitted(changes, OptionalInt.of(next.revocation()));
    }

    private Optional<Instant> certifiedUntil() {
        return Optional.of(asked.now().plus(rules.life()));
    }

    private List<DocumentChange> put(NodeKey next) {
        return List.of(new DocumentChange.Put(id, next.text(), revision));
    }
}
