package dev.persys.http.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.FieldError;
import dev.persys.api.KeptSpecs;
import dev.persys.api.WorkloadRequest;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.ProofTerms;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a workload is made from is changed, gone back on and looked at. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SpecRoutesTest {
    private static final String BODY = WorkloadRequest.toJson(Samples.SPEC).toString();

    private SchedulerFixture fixture;

    @BeforeAll
    void start() {
        fixture = new SchedulerFixture("");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    private HttpResponse<String> put(String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return fixture.api.send("PUT", path, HttpRequest.BodyPublishers.ofString(body), all);
    }

    @Test
    void specificationAndTermsArePassedOnAndTheWorkloadIsAnswered() {
        fixture.scheduler.answer(
                command -> ((SchedulerProtocol.ChangeSpec) command).replyTo().tell(new Reply.Ok<>(Samples.view(8))));

        HttpResponse<String> response =
                put("/workloads/web?undo=never&stableFor=90s&move=true", BODY, "If-Match", "\"7\"");

        fixture.conforms("PUT", "/workloads/{workload}", response);
        assertThat(Wire.tree(response).path("specVersion").asLong()).isEqualTo(1);
        SchedulerProtocol.ChangeSpec asked = (SchedulerProtocol.ChangeSpec) fixture.scheduler.only();
        assertThat(asked.reference()).isEqualTo("web");
        assertThat(asked.spec()).isEqualTo(Samples.SPEC);
        assertThat(asked.terms()).isEqualTo(new ProofTerms(false, Duration.ofSeconds(90)));
        assertThat(asked.mayMove()).isTrue();
        assertThat(asked.ifRevision()).contains(7L);
    }

    @Test
    void termsAreTheUsualOnesWhereNobodySaysOtherwise() {
        fixture.scheduler.answer(
                command -> ((SchedulerProtocol.ChangeSpec) command).replyTo().tell(new Reply.PreconditionFailed<>(9)));

        HttpResponse<String> response = put("/workloads/web", BODY);

        fixture.conforms("PUT", "/workloads/{workload}", response);
        assertThat(response.statusCode()).isEqualTo(412);
        SchedulerProtocol.ChangeSpec asked = (SchedulerProtocol.ChangeSpec) fixture.scheduler.only();
        assertThat(asked.terms()).isEqualTo(ProofTerms.USUAL);
        assertThat(asked.mayMove()).isFalse();
    }

    @Test
    void everythingThatIsWrongIsNamedAndNothingIsAsked() {
        fixture.scheduler.answer(command -> {});

        HttpResponse<String> response = put("/workloads/web?undo=perhaps&stableFor=2h", "{\"name\":\"A\",\"kind\":1}");

        fixture.conforms("PUT", "/workloads/{workload}", response);
        assertThat(Wire.problem(response).errors())
                .extracting(FieldError::pointer)
                .containsExactly("?undo", "?stableFor", "/kind", "/name", "/type", "/image");
        assertThat(fixture.scheduler.received()).isEmpty();
    }

    @Test
    void undoIsPassedOn() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.UndoSpec) command)
                .replyTo()
                .tell(new Reply.Conflict<>("nothing-to-undo", "there is nothing before")));

        HttpResponse<String> response = fixture.api.post("/workloads/web/undo?stableFor=0s");

        fixture.conforms("POST", "/workloads/{workload}/undo", response);
        assertThat(Wire.problem(response).type()).contains("nothing-to-undo");
        assertThat(((SchedulerProtocol.UndoSpec) fixture.scheduler.only()).terms())
                .isEqualTo(new ProofTerms(true, Duration.ZERO));
    }

    @Test
    void specificationsAreShownNewestFirst() {
        fixture.scheduler.answer(command -> ((SchedulerProtocol.GetSpecs) command)
                .replyTo()
                .tell(new Reply.Ok<>(KeptSpecs.of(Samples.running(), Optional.empty()))));

        HttpResponse<String> response = fixture.api.get("/workloads/web/specs");

        fixture.conforms("GET", "/workloads/{workload}/specs", response);
        assertThat(Wire.tree(response).path("specs").get(0).path("version").asLong())
                .isEqualTo(1);
        assertThat(Wire.tree(response)
                        .path("specs")
                        .get(0)
                        .path("spec")
                        .path("image")
                        .asText())
                .isEqualTo(Samples.SPEC.image());
    }
}
