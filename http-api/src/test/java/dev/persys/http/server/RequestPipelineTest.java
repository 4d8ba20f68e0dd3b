package dev.persys.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import akka.http.javadsl.model.HttpRequest;
import akka.http.javadsl.model.headers.Host;
import com.typesafe.config.ConfigFactory;
import dev.persys.http.HttpSettings;
import dev.persys.http.Secret;
import dev.persys.http.auth.Gate;
import dev.persys.http.auth.SameSite;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

final class RequestPipelineTest {
    private static final ActorTestKit KIT = ActorTestKit.create(
            ConfigFactory.parseString("persys.http.server.max-in-flight = 1").withFallback(ConfigFactory.load()));

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @Test
    void faultInFinishingAnAnswerTakesNoPlaceForGood() throws Exception {
        HttpSettings.Server settings =
                HttpSettings.of(KIT.system().settings().config()).server();
        RequestPipeline pipeline = new RequestPipeline(
                List.of(Endpoint.open("/broken", call -> Answers.now(null))),
                SameSite.of(
                        new HttpSettings.Listener("test", "127.0.0.1", 1),
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
                        Set.of()),
                List.of(Gate.token(new Secret("t"))),
                settings,
                new HttpMetrics("test"),
                () -> false,
                Auditor.NONE,
                KIT.system());

        for (int i = 0; i < 3; i++) {
            HttpRequest request = HttpRequest.GET("http://localhost/broken").addHeader(Host.create("localhost"));
            assertThat(pipeline.handle(request, new Exchange())
                            .toCompletableFuture()
                            .get()
                            .status()
                            .intValue())
                    .isEqualTo(500);
        }
    }
}
