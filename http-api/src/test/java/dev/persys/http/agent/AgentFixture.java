package dev.persys.http.agent;

import akka.actor.testkit.typed.javadsl.ActorTestKit;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.http.HttpSettings;
import dev.persys.http.testing.Samples;
import dev.persys.http.testing.Scripted;
import dev.persys.http.testing.Wire;
import dev.persys.model.NodeFacts;
import dev.persys.protocol.AgentProtocol;
import dev.persys.protocol.AgentProtocol.OrderReply;
import dev.persys.trust.tls.MutualTls;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** The agent's ports with a scripted actor behind them. */
public final class AgentFixture implements AutoCloseable {
    private static final String DEFAULTS = """
            persys.http.agent { api.port = 0, metrics.port = 0, keep-alive = 50ms }
            persys.http.server { answer-timeout = 1s, max-streams = 4, stop-deadline = 1s }
            persys.http.client { connect-timeout = 15s, order-timeout = 15s, list-timeout = 15s, event-silence = 1s }
            akka.loglevel = WARNING
            """;

    public final ActorTestKit kit;
    public final Scripted<AgentProtocol.Command> agent;
    public final AgentHttpServer server;
    public final HttpSettings settings;
    public final Wire api;
    public final Wire metrics;

    /** With {@code overrides} in front of the defaults. */
    public AgentFixture(String overrides) {
        this(overrides, Optional.empty());
    }

    /** Whose port for orders speaks TLS, where that is given. */
    public AgentFixture(String overrides, Optional<MutualTls> tls) {
        Config config = ConfigFactory.parseString(overrides)
                .withFallback(ConfigFactory.parseString(DEFAULTS))
                .withFallback(ConfigFactory.load());
        this.kit = ActorTestKit.create(config.resolve());
        this.agent = new Scripted<>(kit);
        this.settings = HttpSettings.of(kit.system().settings().config());
        this.server = await(AgentHttpServer.start(kit.system(), agent.ref(), settings, tls));
        this.api = new Wire(server::apiAddress);
        this.metrics = new Wire(server::metricsAddress);
    }

    /** What a node says of itself that can be reached at {@code address}. */
    public static NodeFacts facts(String address, int port) {
        NodeFacts facts = Samples.node(1).node().facts();
        return new NodeFacts(
                address,
                facts.hostname(),
                port,
                facts.total(),
                facts.labels(),
                facts.os(),
                facts.kernel(),
                facts.architecture(),
                facts.dockerVersion(),
                facts.agentVersion());
    }

    public NodeFacts node() {
        return facts("127.0.0.1", server.apiAddress().getPort());
    }

    /** From now on every order is answered so. */
    public void answerOrders(OrderReply reply) {
        agent.answer(command -> {
            if (command instanceof AgentProtocol.Run run) {
                run.replyTo().tell(reply);
            } else if (command instanceof AgentProtocol.RunNewest run) {
                run.replyTo().tell(reply);
            } else if (command instanceof AgentProtocol.Stop stop) {
                stop.replyTo().tell(reply);
            } else if (command instanceof AgentProtocol.Remove remove) {
                remove.replyTo().tell(reply);
            }
        });
    }

    public static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(20, TimeUnit.SECONDS).join();
    }

    @Override
    public void close() {
        await(server.stop(Duration.ofMillis(200)));
        kit.shutdownTestKit();
    }
}
