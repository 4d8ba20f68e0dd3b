package dev.persys.join;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.join.Joining.Asked;
import dev.persys.join.Joining.Decision;
import dev.persys.join.Joining.Decision.Admitted;
import dev.persys.join.Joining.Decision.Refused;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.NodeId;
import dev.persys.trust.Pin;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each test is a cluster whose documents are a map, with one machine after another that wants to be a node. */
final class JoiningTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration LIFE = Duration.ofDays(30);
    private static final NodeId NODE = NodeId.of("node-1");
    private static final NodeId OTHER = NodeId.of("node-2");
    private static final Pin KEY = pin('a');
    private static final Pin SECOND = pin('b');
    private static final Proof NOTHING = new Proof.Nothing();
    private static final Proof SECRET = new Proof.Secret();

    private final Map<DocumentId, Document> documents = new HashMap<>();
    private long revision;
    private Instant now = NOW;
    private JoinMode mode = JoinMode.TOKEN;

    private static Pin pin(char digit) {
        char[] digits = new char[64];
        Arrays.fill(digits, digit);
        return new Pin(new String(digits));
    }

    private Decision ask(NodeId node, Proof proof, Optional<Pin> key) {
        Optional<Document> token = proof instanceof Proof.Token shown
                ? Optional.ofNullable(documents.get(TokenDocument.id(shown.token())))
                : Optional.empty();
        Decision decision = Joining.decide(
                new Asked(node, proof, key, "10.0.0.7", now),
                NodeKey.id(node).map(documents::get),
                token,
                new Joining.Rules(mode, LIFE));
        (decision instanceof Admitted admitted ? admitted.changes() : ((Refused) decision).changes())
                .forEach(this::keep);
        return decision;
    }

    private void keep(DocumentChange change) {
        long stands = Optional.ofNullable(documents.get(change.id()))
                .map(Document::revision)
                .orElse(DocumentChange.ABSENT);
        assertThat(change.expectedRevision()).isEqualTo(stands);
        if (change instanceof DocumentChange.Put put) {
            documents.put(put.id(), new Document(put.id(), put.text(), ++revision));
        } else {
            documents.remove(change.id());
        }
    }

    private Proof token(Optional<NodeId> node) {
        JoinToken token = JoinToken.make(pin('f'), new SecureRandom());
        keep(new DocumentChange.Put(
                TokenDocument.id(token.shown()),
                TokenDocument.of(token, now.plus(Duration.ofMinutes(10)), node, "jane")
                        .text(),
                DocumentChange.ABSENT));
        return new Proof.Token(token.shown());
    }

    private NodeKey known(NodeId node) {
        return NodeKey.read(documents.get(NodeKey.id(node).orElseThrow()));
    }

    private Document document(NodeId node) {
        return documents.get(NodeKey.id(node).orElseThrow());
    }

    private void joined(int epoch, Decision decision) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Admitted.class,
                        admitted -> assertThat(admitted.certify()).isEqualTo(OptionalInt.of(epoch)));
    }

    private static void refused(Decision decision, String why) {
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.why()).contains(why));
    }

    private static Proof certificate(NodeId node, Pin key, int epoch) {
        return new Proof.Certificate(node.value(), key, epoch);
    }

    @Test
    void tokenPinsTheKeyAndIsUsedUpInOneCommit() {
        Proof token = token(Optional.empty());
        Decision first = ask(NODE, token, Optional.of(KEY));
        joined(0, first);
        assertThat(((Admitted) first).changes()).hasSize(2);
        assertThat(known(NODE).key()).contains(KEY);
        assertThat(known(NODE).until()).contains(NOW.plus(LIFE));
        refused(ask(NODE, token, Optional.of(KEY)), "There is no such token");
        refused(ask(OTHER, token, Optional.of(SECOND)), "There is no such token");
    }

    @Test
    void tokenThatIsLateOrForAnotherOrGuessedIsRefused() {
        Proof late = token(Optional.empty());
        Proof bound = token(Optional.of(OTHER));
        JoinToken.Shown real = ((Proof.Token) bound).token();
        refused(
                ask(OTHER, new Proof.Token(new JoinToken.Shown(real.id(), "A".repeat(43))), Optional.of(KEY)),
                "There is no such token");
        refused(ask(NODE, bound, Optional.of(KEY)), "for another node");
        refused(ask(NODE, late, Optional.empty()), "csr");
        now = now.plus(Duration.ofMinutes(10)).plusMillis(1);
        refused(ask(NODE, late, Optional.of(KEY)), "was over");
        assertThat(documents).hasSize(2);
    }

    @Test
    void tokenForNewNodesTakesNoNodeThatHasAKey() {
        joined(0, ask(NODE, token(Optional.empty()), Optional.of(KEY)));
        Proof free = token(Optional.empty());
        refused(ask(NODE, free, Optional.of(SECOND)), "another key of node-1");
        assertThat(known(NODE).pending().orElseThrow().key()).isEqualTo(SECOND);
        joined(1, ask(NODE, token(Optional.of(NODE)), Optional.of(SECOND)));
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()), "before a revocation");
        assertThat(ask(NODE, certificate(NODE, SECOND, 1), Optional.empty())).isInstanceOf(Admitted.class);
    }

    @Test
    void certificateSpeaksForItsNodeAloneAndIsRenewedForItsKeyAlone() {
        joined(0, ask(NODE, token(Optional.empty()), Optional.of(KEY)));
        refused(ask(OTHER, certificate(NODE, KEY, 0), Optional.empty()), "does not speak for node-2");
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.of(SECOND)), "renewed for the key that it has");
        now = now.plus(Duration.ofDays(20));
        joined(0, ask(NODE, certificate(NODE, KEY, 0), Optional.of(KEY)));
        assertThat(known(NODE).until()).contains(now.plus(LIFE));
    }

    @Test
    void certificateThatWasSignedByHandCountsUntilSomethingIsPinned() {
        assertThat(ask(NODE, certificate(NODE, KEY, 0), Optional.empty())).isInstanceOf(Admitted.class);
        joined(0, ask(NODE, certificate(NODE, KEY, 0), Optional.of(KEY)));
        refused(ask(NODE, certificate(NODE, SECOND, 0), Optional.empty()), "another key");
    }

    @Test
    void revocationCountsAtOnceAndIsOverByApprovalOrByATokenForTheNode() {
        joined(0, ask(NODE, token(Optional.empty()), Optional.of(KEY)));
        keep(NodeTrust.revoked(NodeKey.id(NODE).orElseThrow(), Optional.of(document(NODE))));
        assertThat(NodeTrust.refusal(NODE, Optional.of(document(NODE)))).isPresent();
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()), "revoked");
        refused(ask(NODE, token(Optional.empty()), Optional.of(KEY)), "token is for a new node");
        keep(NodeTrust.approved(
                        NodeKey.id(NODE).orElseThrow(), Optional.of(document(NODE)), KEY, now.plusSeconds(60), "jane")
                .orElseThrow());
        joined(2, ask(NODE, NOTHING, Optional.of(KEY)));
        assertThat(NodeTrust.refusal(NODE, Optional.of(document(NODE)))).isEmpty();
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()), "before a revocation");
        assertThat(ask(NODE, certificate(NODE, KEY, 2), Optional.empty())).isInstanceOf(Admitted.class);
    }

    @Test
    void agentThatIsRevokedAsksByTheCertificateItHasAndIsApproved() {
        joined(0, ask(NODE, token(Optional.empty()), Optional.of(KEY)));
        keep(NodeTrust.revoked(NodeKey.id(NODE).orElseThrow(), Optional.of(document(NODE))));
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.of(SECOND)), "refused");
        refused(
                ask(NODE, certificate(NODE, KEY, 0), Optional.of(KEY)),
                "were revoked; an operator can look, and say that it is: persys node approve node-1 --key " + KEY);
        assertThat(known(NODE).pending().orElseThrow().key()).isEqualTo(KEY);
        keep(NodeTrust.approved(
                        NodeKey.id(NODE).orElseThrow(), Optional.of(document(NODE)), KEY, now.plusSeconds(60), "jane")
                .orElseThrow());
        refused(ask(OTHER, certificate(NODE, KEY, 0), Optional.of(KEY)), "does not speak for node-2");
        joined(2, ask(NODE, certificate(NODE, KEY, 0), Optional.of(KEY)));
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()), "before a revocation");
    }

    @Test
    void keyOfACertificateThatWasSignedByHandIsTheNodesFromItsFirstRequestOn() {
        assertThat(ask(NODE, certificate(NODE, KEY, 0), Optional.empty())).isInstanceOf(Admitted.class);
        assertThat(known(NODE).key()).contains(KEY);
        assertThat(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()))
                .as("once, and not with each heartbeat")
                .isEqualTo(new Admitted(List.of(), OptionalInt.empty()));
        refused(ask(NODE, token(Optional.empty()), Optional.of(SECOND)), "token is for a new node");
        mode = JoinMode.FIRST_USE;
        refused(ask(NODE, NOTHING, Optional.of(SECOND)), "another key is pinned");
    }

    @Test
    void revocationOfANodeThatIsNotKnownCountsToo() {
        keep(NodeTrust.revoked(NodeKey.id(NODE).orElseThrow(), Optional.empty()));
        refused(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()), "revoked");
        joined(2, ask(NODE, token(Optional.of(NODE)), Optional.of(KEY)));
    }

    @Test
    void firstKeyIsPinnedAndASecondWaitsForAnOperator() {
        mode = JoinMode.FIRST_USE;
        joined(0, ask(NODE, NOTHING, Optional.of(KEY)));
        Decision second = ask(NODE, NOTHING, Optional.of(SECOND));
        refused(second, "another key is pinned");
        assertThat(((Refused) second).alarming()).isTrue();
        assertThat(known(NODE).key()).contains(KEY);
        assertThat(NodeTrust.approved(
                        NodeKey.id(NODE).orElseThrow(), Optional.of(document(NODE)), pin('c'), now, "jane"))
                .isEmpty();
        keep(NodeTrust.approved(
                        NodeKey.id(NODE).orElseThrow(),
                        Optional.of(document(NODE)),
                        SECOND,
                        now.plusSeconds(60),
                        "jane")
                .orElseThrow());
        refused(ask(NODE, NOTHING, Optional.of(pin('c'))), "another key is pinned");
        joined(1, ask(NODE, NOTHING, Optional.of(SECOND)));
        refused(ask(NODE, NOTHING, Optional.of(KEY)), "another key is pinned");
    }

    @Test
    void approvalIsForOneComingAndForAWhile() {
        mode = JoinMode.FIRST_USE;
        joined(0, ask(NODE, NOTHING, Optional.of(KEY)));
        refused(ask(NODE, NOTHING, Optional.of(SECOND)), "another key");
        keep(NodeTrust.approved(
                        NodeKey.id(NODE).orElseThrow(),
                        Optional.of(document(NODE)),
                        SECOND,
                        now.plusSeconds(60),
                        "jane")
                .orElseThrow());
        now = now.plusSeconds(61);
        refused(ask(NODE, NOTHING, Optional.of(SECOND)), "another key");
    }

    @ParameterizedTest
    @EnumSource(JoinMode.class)
    void nodeThatWasOffForTooLongComesBackByApprovalOfItsOwnKey(JoinMode any) {
        joined(0, ask(NODE, token(Optional.empty()), Optional.of(KEY)));
        mode = any;
        now = now.plus(LIFE).plusSeconds(1);
        Proof shown = any == JoinMode.SECRET ? SECRET : NOTHING;
        refused(ask(NODE, shown, Optional.of(KEY)), "persys node approve node-1 --key " + KEY);
        refused(ask(NODE, shown, Optional.of(SECOND)), "another key is pinned");
        assertThat(known(NODE).pending().orElseThrow().key())
                .as("a stranger does not push the node's own key aside")
                .isEqualTo(KEY);
        keep(NodeTrust.approved(
                        NodeKey.id(NODE).orElseThrow(), Optional.of(document(NODE)), KEY, now.plusSeconds(60), "jane")
                .orElseThrow());
        joined(0, ask(NODE, shown, Optional.of(KEY)));
    }

    @Test
    void seedClientsComeInTwoModesAsLongAsTheNodeHasNoKey() {
        refused(ask(NODE, NOTHING, Optional.empty()), "joins by a token");
        mode = JoinMode.SECRET;
        refused(ask(NODE, NOTHING, Optional.empty()), "Authorization: Basic");
        assertThat(ask(NODE, SECRET, Optional.empty())).isEqualTo(new Admitted(List.of(), OptionalInt.empty()));
        mode = JoinMode.FIRST_USE;
        assertThat(ask(NODE, NOTHING, Optional.empty())).isEqualTo(new Admitted(List.of(), OptionalInt.empty()));
        joined(0, ask(NODE, NOTHING, Optional.of(KEY)));
        refused(ask(NODE, NOTHING, Optional.empty()), "only whoever shows its certificate");
        mode = JoinMode.CLOSED;
        refused(ask(OTHER, NOTHING, Optional.of(KEY)), "No machine joins here now");
        refused(ask(OTHER, SECRET, Optional.of(KEY)), "No machine joins here now");
        refused(ask(OTHER, token(Optional.of(OTHER)), Optional.of(KEY)), "No machine joins here now");
    }

    @Test
    void documentThatNobodyUnderstandsLetsNobodyIn() {
        DocumentId id = NodeKey.id(NODE).orElseThrow();
        for (String text : List.of(
                "",
                "null",
                "[]",
                "{}",
                "{\"revocation\":\"0\",\"revoked\":false}",
                "{\"key\":1",
                "{" + "\"revocation\":0,\"revoked\":false,\"key\":\"sha256:x\"}")) {
            documents.put(id, new Document(id, text, ++revision));
            refused(ask(NODE, certificate(NODE, KEY, 0), Optional.empty()), "revoked");
            mode = JoinMode.FIRST_USE;
            refused(ask(NODE, NOTHING, Optional.empty()), "only whoever shows");
            int unread = known(NODE).revocation();
            keep(NodeTrust.revoked(id, Optional.of(document(NODE))));
            assertThat(known(NODE).revocation()).isEqualTo(unread + 1);
            documents.remove(id);
        }
    }

    @Test
    void tokenIsReadAsItWasWrittenAndInNoOtherWay() {
        JoinToken token = JoinToken.make(KEY, new SecureRandom());
        assertThat(JoinToken.parse(token.text())).contains(token);
        assertThat(JoinToken.Shown.parse(token.shown().text())).contains(token.shown());
        assertThat(token.toString()).doesNotContain(token.shown().secret());
        for (String wrong : List.of(
                "", token.text() + "x", token.text().substring(1), token.shown().text(), " " + token.text())) {
            assertThat(JoinToken.parse(wrong)).as(wrong).isEmpty();
        }
    }

    @Test
    void failuresAreBoundedForEachAndForgottenInTime() {
        FailureLimit limit = new FailureLimit(10, 2);
        for (int i = 0; i < 10; i++) {
            assertThat(limit.mayFail("a", 0)).isTrue();
            limit.failed("a", 0);
        }
        assertThat(limit.mayFail("a", 0)).isFalse();
        assertThat(limit.mayFail("b", 0)).isTrue();
        assertThat(limit.mayFail("a", Duration.ofSeconds(5).toNanos())).isFalse();
        assertThat(limit.mayFail("a", Duration.ofSeconds(7).toNanos())).isTrue();
        limit.failed("b", 0);
        limit.failed("c", 0);
        assertThat(limit.mayFail("a", 0)).isTrue();
    }
}
