package dev.persys.http.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.stream.javadsl.Source;
import akka.util.ByteString;
import com.typesafe.config.ConfigFactory;
import dev.persys.api.ContainerOrder;
import dev.persys.api.Json;
import dev.persys.api.LogQuery;
import dev.persys.api.RunOrder;
import dev.persys.http.HttpSettings;
import dev.persys.http.net.BindRefusedException;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Wire;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.EventsReply;
import dev.persys.protocol.AgentProtocol.ListReply;
import dev.persys.protocol.AgentProtocol.LogsReply;
import dev.persys.protocol.AgentProtocol.OrderReply;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class AgentRoutesTest {
    private static final RunOrder RUN =
            RunOrder.of(Samples.ID, Samples.SPEC, Generation.of(2), Samples.epoch(), Samples.CLUSTER, Optional.of("r"));
    private static final ContainerOrder ORDER = new ContainerOrder(
            Samples.ID,
            Generation.of(2),
            Samples.epoch(),
            Samples.CLUSTER,
            Duration.ofSeconds(3),
            Optional.of("r"),
            0,
            true);
    private static final String STOP = "/docker/stop/" + Samples.ID;
    private static final String REMOVE = "/docker/containers/" + Samples.ID;

    private AgentFixture fixture;

    @BeforeAll
    void start() {
        fixture = new AgentFixture("");
    }

    @AfterAll
    void stop() {
        fixture.close();
    }

    @Test
    void anOrderToRunIsAnsweredAtOnceWithTheWordsOfTheContract() {
        fixture.answerOrders(new OrderReply.Queued());

        HttpResponse<String> response = fixture.api.json("/docker/run", Json.write(RUN));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Wire.tree(response).path("message").asText()).isEqualTo("Command queued for execution");
        assertThat(Wire.tree(response).path("workloadId").asText()).isEqualTo(Samples.ID.value());
        assertThat(((AgentProtocol.Run) fixture.agent.only()).order()).isEqualTo(RUN);
    }

    @Test
    void theSeedsOrderAloneIsEnough() {
        fixture.answerOrders(new OrderReply.Queued());

        HttpResponse<String> response = fixture.api.json("/docker/run", """
                {"workloadId":"%s","name":"%s","displayName":"celery-worker","image":"python:3.9",
                 "command":"celery worker","envVars":{"QUEUE":"a"},"async":true}""".formatted(Samples.ID, Samples.ID));

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body())
                .isEqualTo("{\"message\":\"Command queued for execution\",\"workloadId\":\"" + Samples.ID + "\"}");
        AgentProtocol.RunNewest passedOn = (AgentProtocol.RunNewest) fixture.agent.only();
        assertThat(passedOn.order().workloadId()).isEqualTo(Samples.ID);
        assertThat(passedOn.order().spec().name()).isEqualTo("celery-worker");
    }

    @Test
    void noWebPageOrdersAnything() {
        fixture.answerOrders(new OrderReply.Queued());

        for (Wire port : new Wire[] {fixture.api, fixture.metrics}) {
            assertThat(port.json("/docker/run", Json.write(RUN), "Origin", "http://evil.example")
                            .statusCode())
                    .isEqualTo(403);
            assertThat(port.raw("GET /docker/list HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n"))
                    .startsWith("HTTP/1.1 421");
        }
        assertThat(fixture.agent.received()).isEmpty();
    }

    @Test
    void whatTheAgentRefusesIsAConflictWithItsOwnType() {
        fixture.answerOrders(new OrderReply.Refused("stale-epoch", "epoch 4 is known", Optional.of(Epoch.of(4))));

        HttpResponse<String> response = fixture.api.json("/docker/run", Json.write(RUN));

        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(Wire.problem(response).type()).isEqualTo("stale-epoch");
        assertThat(Wire.problem(response).detail()).isEqualTo("epoch 4 is known");
        assertThat(Wire.problem(response).epoch()).contains(Epoch.of(4));
    }

    @Test
    void aBusyAgentSaysWhenToComeAgain() {
        fixture.answerOrders(new OrderReply.Busy("100 orders are waiting"));

        HttpResponse<String> response = fixture.api.json(STOP, Json.write(ORDER));

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("Retry-After")).contains("1");
    }

    @Test
    void ordersToStopAndToRemoveArePassedOn() {
        fixture.answerOrders(new OrderReply.Queued());
        assertThat(fixture.api.json(STOP, Json.write(ORDER)).statusCode()).isEqualTo(200);
        assertThat(((AgentProtocol.Stop) fixture.agent.only()).order()).isEqualTo(ORDER);

        fixture.answerOrders(new OrderReply.Queued());
        assertThat(fixture.api
                        .delete(REMOVE + "?generation=2&epoch=3&clusterId=cluster-1&grace=3s&requestId=r&volumes=true")
                        .statusCode())
                .isEqualTo(200);
        assertThat(((AgentProtocol.Remove) fixture.agent.only()).order()).isEqualTo(ORDER);
    }

    @Test
    void badOrdersNameTheirFieldsAndReachNobody() {
        fixture.answerOrders(new OrderReply.Queued());

        assertThat(Wire.problem(fixture.api.json("/docker/run", "{}")).errors())
                .extracting(error -> error.pointer())
                .containsExactly("/workloadId", "/displayName", "/image");
        assertThat(Wire.problem(fixture.api.json("/docker/run", "{\"epoch\":3}"))
                        .errors())
                .extracting(error -> error.pointer())
                .contains("/workloadId", "/generation", "/clusterId");
        assertThat(Wire.problem(fixture.api.json(STOP.replace("6f2c", "7f2c"), Json.write(ORDER)))
                        .errors())
                .singleElement()
                .satisfies(error -> assertThat(error.allowed()).isEqualTo("the id in the path"));
        assertThat(Wire.problem(fixture.api.delete(REMOVE + "?generation=two&epoch=3"))
                        .errors())
                .extracting(error -> error.pointer())
                .containsExactly("?generation", "?clusterId");
        assertThat(fixture.agent.received()).isEmpty();
    }

    @Test
    void theListIsCompleteOrAnError() {
        fixture.agent.answer(command -> ((AgentProtocol.ListContainers) command)
                .replyTo()
                .tell(new ListReply.Unavailable("Docker does not answer")));

        HttpResponse<String> response = fixture.api.get("/docker/list");

        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(Wire.problem(response).detail()).isEqualTo("Docker does not answer");
    }

    @Test
    void logsAreStreamedAndAskedForByWorkload() {
        fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                .replyTo()
                .tell(new LogsReply.Logs("c0ffee", Source.single(ByteString.fromString("out\n")))));

        HttpResponse<String> response = fixture.api.get("/docker/logs/" + Samples.ID + "?tail=3&follow=true");

        assertThat(response.body()).isEqualTo("out\n");
        AgentProtocol.ReadLogs read = (AgentProtocol.ReadLogs) fixture.agent.only();
        assertThat(read.query()).isEqualTo(new LogQuery(Optional.of(3), Optional.empty(), true));
        assertThat(read.container()).isEqualTo(Samples.ID.value());
        assertThat(fixture.api.get("/docker/logs/c0ffee").statusCode()).isEqualTo(404);
        assertThat(fixture.api.get("/docker/logs/" + "C0FFEE000000").statusCode())
                .isEqualTo(404);
        assertThat(fixture.api.get("/docker/logs/" + Samples.ID + "?tail=x").statusCode())
                .isEqualTo(400);
    }

    @Test
    void outputFromBeforeThePresentRunIsAskedForAndIsNotFollowed() {
        fixture.agent.answer(
                command -> ((AgentProtocol.ReadLogs) command).replyTo().tell(new LogsReply.NoPrevious()));

        HttpResponse<String> none = fixture.api.get("/docker/logs/" + Samples.ID + "?previous=true&tail=3");

        assertThat(none.statusCode()).isEqualTo(404);
        assertThat(Wire.problem(none).type()).isEqualTo("no-previous-output");
        assertThat(((AgentProtocol.ReadLogs) fixture.agent.only()).query())
                .isEqualTo(new LogQuery(Optional.of(3), Optional.empty(), false).ofPrevious());
        HttpResponse<String> both = fixture.api.get("/docker/logs/" + Samples.ID + "?previous=true&follow=true");
        assertThat(both.statusCode()).isEqualTo(400);
        assertThat(Wire.problem(both).errors())
                .extracting(error -> error.pointer())
                .containsExactly("?follow");
    }

    @Test
    void logsAreAskedForByContainerToo() {
        for (String container : new String[] {"0123456789ab", "0123456789abcdef".repeat(4)}) {
            fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                    .replyTo()
                    .tell(new LogsReply.Logs("c0ffee", Source.single(ByteString.fromString("out\n")))));
            assertThat(fixture.api.get("/docker/logs/" + container).body()).isEqualTo("out\n");
            assertThat(((AgentProtocol.ReadLogs) fixture.agent.only()).container())
                    .isEqualTo(container);
        }
    }

    @Test
    void logsThatDockerCannotReadAreAProblemInItsWords() {
        fixture.agent.answer(command -> ((AgentProtocol.ReadLogs) command)
                .replyTo()
                .tell(new LogsReply.Unreadable("configured logging driver does not support reading")));
        HttpResponse<String> response = fixture.api.get("/docker/logs/" + Samples.ID + "?follow=true");
        assertThat(response.statusCode()).isEqualTo(409);
        assertThat(Wire.problem(response).type()).isEqualTo("logs-unreadable");
        assertThat(Wire.problem(response).detail()).isEqualTo("configured logging driver does not support reading");
    }

    @Test
    void logsOfNoContainerAndOfASilentDockerAreProblems() {
        fixture.agent.answer(
                command -> ((AgentProtocol.ReadLogs) command).replyTo().tell(new LogsReply.NoContainer()));
        assertThat(Wire.problem(fixture.api.get("/docker/logs/" + Samples.ID)).type())
                .isEqualTo("unknown-container");
        fixture.agent.answer(
                command -> ((AgentProtocol.ReadLogs) command).replyTo().tell(new LogsReply.Unavailable("no Docker")));
        assertThat(fixture.api.get("/docker/logs/" + Samples.ID).statusCode()).isEqualTo(503);
    }

    @Test
    void eventsThatAreNoLongerKeptAreGone() {
        fixture.agent.answer(
                command -> ((AgentProtocol.FollowEvents) command).replyTo().tell(new EventsReply.Gone()));

        assertThat(fixture.api.get("/docker/events", "Last-Event-ID", "a-1").statusCode())
                .isEqualTo(410);
        assertThat(((AgentProtocol.FollowEvents) fixture.agent.only()).after()).contains("a-1");
    }

    @Test
    void healthTellsOfDockerAndScheduler() {
        fixture.agent.answer(command -> ((AgentProtocol.GetHealth) command)
                .replyTo()
                .tell(new AgentProtocol.Health(true, false, "not registered yet")));

        HttpResponse<String> response = fixture.metrics.get("/healthz");

        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(Wire.tree(response).path("registered").asBoolean()).isFalse();
        assertThat(fixture.metrics.get("/metrics").statusCode()).isEqualTo(200);
        fixture.agent.answer(command -> {});
        assertThat(fixture.metrics.get("/healthz").statusCode()).isEqualTo(503);
    }

    @Test
    void theOrdersPortStaysOnTheLoopbackInterface() {
        HttpSettings settings =
                HttpSettings.of(ConfigFactory.parseString("persys.http.agent.api.bind-address = 0.0.0.0")
                        .withFallback(fixture.kit.system().settings().config()));

        assertThatThrownBy(() -> AgentFixture.await(AgentHttpServer.start(
                        fixture.kit.system(), fixture.agent.ref(), settings, java.util.Optional.empty())))
                .rootCause()
                .isInstanceOf(BindRefusedException.class)
                .hasMessageContaining("persys.http.agent.api.bind-address");
    }
}
