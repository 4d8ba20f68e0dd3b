package dev.persys.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.TestProbe;
import dev.persys.model.Document;
import dev.persys.model.DocumentChange;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.protocol.Documents;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol.ChangeDocuments;
import dev.persys.store.Keys;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ControlPlaneDocumentsTest {
    private static final DocumentId JANE = new DocumentId(DocumentKind.USER, "jane");
    private static final DocumentId TOKEN = new DocumentId(DocumentKind.JOIN_TOKEN, "t1");

    private final ControlPlane plane = new ControlPlane();
    private final Documents documents = plane.documents();

    @AfterEach
    void end() {
        plane.close();
    }

    @Test
    void whatIsAnsweredIsStoredAndShown() {
        Reply<List<Document>> reply = change(put(JANE, "{\"role\":\"viewer\"}", DocumentChange.ABSENT));

        assertThat(documents.find(JANE)).contains(only(reply));
        assertThat(documents.all(DocumentKind.USER)).containsExactly(only(reply));
        assertThat(plane.store.entries(Keys.DOCUMENTS)).hasSize(1);
    }

    @Test
    void nextLeaderKnowsThem() {
        Document jane = only(change(put(JANE, "{}", DocumentChange.ABSENT)));

        plane.restart();

        change(put(TOKEN, "{}", DocumentChange.ABSENT));
        assertThat(documents.find(JANE)).contains(jane);
    }

    @Test
    void nothingIsKnownWhereNobodyLeads() {
        change(put(JANE, "{}", DocumentChange.ABSENT));

        plane.stop();

        assertThat(documents.areKnown()).isFalse();
        assertThat(documents.find(JANE)).isEmpty();
    }

    @Test
    void changeOfWhatIsNotAsItWasReadChangesNothing() {
        Document first = only(change(put(JANE, "{\"n\":1}", DocumentChange.ABSENT)));
        Document second = only(change(put(JANE, "{\"n\":2}", first.revision())));

        Reply<List<Document>> late =
                change(put(TOKEN, "{}", DocumentChange.ABSENT), put(JANE, "{\"n\":3}", first.revision()));

        assertThat(late).isEqualTo(new Reply.PreconditionFailed<>(second.revision()));
        assertThat(documents.find(JANE)).contains(second);
        assertThat(documents.find(TOKEN)).isEmpty();
    }

    @Test
    void severalAreChangedTogether() {
        Document token = only(change(put(TOKEN, "{}", DocumentChange.ABSENT)));

        change(new DocumentChange.Remove(TOKEN, token.revision()), put(JANE, "{}", DocumentChange.ABSENT));

        assertThat(documents.find(TOKEN)).isEmpty();
        assertThat(documents.find(JANE)).isPresent();
        assertThat(plane.store.entries(Keys.DOCUMENTS)).hasSize(1);
    }

    @Test
    void thereAreNoMoreOfAKindThanThereMayBe() {
        int limit = DocumentKind.SIGNING_KEY.limit();
        change(IntStream.range(0, limit)
                .<DocumentChange>mapToObj(
                        i -> put(new DocumentId(DocumentKind.SIGNING_KEY, "k" + i), "{}", DocumentChange.ABSENT))
                .toArray(DocumentChange[]::new));

        Reply<List<Document>> more =
                change(put(new DocumentId(DocumentKind.SIGNING_KEY, "more"), "{}", DocumentChange.ABSENT));

        assertThat(more)
                .isInstanceOfSatisfying(
                        Reply.Conflict.class,
                        refused -> assertThat(refused.type()).isEqualTo("too-many-documents"));
        assertThat(documents.all(DocumentKind.SIGNING_KEY)).hasSize(limit);
    }

    @Test
    void ofTwoWhoDecideAtOnceOneIsTold() {
        TestProbe<Reply<List<Document>>> one = plane.probe();
        TestProbe<Reply<List<Document>>> other = plane.probe();

        plane.tell(new ChangeDocuments(List.of(put(TOKEN, "{\"by\":1}", DocumentChange.ABSENT)), one.getRef()));
        plane.tell(new ChangeDocuments(List.of(put(TOKEN, "{\"by\":2}", DocumentChange.ABSENT)), other.getRef()));

        Document written = only(one.receiveMessage());
        assertThat(other.receiveMessage()).isEqualTo(new Reply.PreconditionFailed<>(written.revision()));
        assertThat(documents.find(TOKEN)).contains(written);
    }

    private Reply<List<Document>> change(DocumentChange... changes) {
        TestProbe<Reply<List<Document>>> probe = plane.probe();
        plane.tell(new ChangeDocuments(List.of(changes), probe.getRef()));
        return probe.receiveMessage();
    }

    private static DocumentChange.Put put(DocumentId id, String text, long expected) {
        return new DocumentChange.Put(id, text, expected);
    }

    private static Document only(Reply<List<Document>> reply) {
        assertThat(reply).isInstanceOf(Reply.Ok.class);
        return ((Reply.Ok<List<Document>>) reply).value().get(0);
    }
}
