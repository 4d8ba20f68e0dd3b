package dev.persys.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.cli.CommandLineFixture.Result;
import dev.persys.http.AuthSettings;
import dev.persys.http.GatewaySettings;
import dev.persys.http.GitHubSettings;
import dev.persys.http.HttpSettings;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.gateway.GatewayServer;
import dev.persys.http.gateway.auth.CredentialAuthenticator;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.http.scheduler.auth.AuthService;
import dev.persys.protocol.AgentClient;
import dev.persys.scheduler.SchedulerNode;
import dev.persys.scheduler.store.StateStores;
import dev.persys.store.StateStore;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import dev.persys.trust.tls.ServerTls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands, a gateway, a scheduler and its store, all real and in this process: who gets in, and until when. */
final class SignInThroughGatewayTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PASSWORD = "correct horse battery\n";

    @TempDir
    Path directory;

    private StateStore store;
    private SchedulerNode node;
    private ActorSystem<Void> gatewaySystem;
    private GatewayServer gateway;
    private CommandLineFixture operator;

    @BeforeEach
    void start() throws IOException {
        CredentialsPaths own = files("scheduler/s-1");
        Config config = ConfigFactory.parseString("""
                        persys.store { kind = embedded, embedded.directory = "%s" }
                        persys.http.scheduler {
                          api.port = 0, node.port = 0, audit.directory = "%s"
                          tls { certificate = "%s", key = "%s", roots = "%s" }
                        }
                        akka.loglevel = WARNING
                        """.formatted(
                                directory.resolve("state"),
                                directory.resolve("audit"),
                                own.certificate(),
                                own.key(),
                                own.roots()))
                .withFallback(ConfigFactory.load())
                .resolve();
        HttpSettings settings = HttpSettings.of(config);
        MutualTls tls = MutualTls.of(own, Peers.all(Role.SCHEDULER));
        store = StateStores.open(config);
        CompletableFuture<AgentClient> agents = new CompletableFuture<>();
        node = SchedulerNode.start(config, store, system -> {
            AgentClient client =
                    new HttpAgentClient(system, settings.agentSecret(), settings.client(), Optional.of(tls));
            agents.complete(client);
            return client;
        });
        SchedulerHttpServer scheduler = join(SchedulerHttpServer.start(
                node.system(),
                node.system(),
                node.documents(),
                new AuthService(AuthSettings.of(config), GitHubSettings.of(config), InstantSource.system()),
                agents.join(),
                settings,
                Optional.of(tls),
                "test"));
        await("the scheduler to lead")
                .atMost(LIMIT)
                .until(() -> node.documents().areKnown());
        gateway = gateway(config, scheduler.apiAddress().getPort());
        CredentialsPaths jane = files("operator/jane");
        operator = new CommandLineFixture()
                .with("PERSYS_HOME", directory.resolve("jane").toString())
                .with(
                        "PERSYS_ADDRESS",
                        "https://127.0.0.1:" + scheduler.apiAddress().getPort())
                .with("PERSYS_CERTIFICATE", jane.certificate().toString())
                .with("PERSYS_KEY", jane.key().toString())
                .with("PERSYS_ROOTS", jane.roots().toString());
    }

    private GatewayServer gateway(Config config, int scheduler) throws IOException {
        CredentialsPaths own = files("gateway/gw-1");
        Config whole = ConfigFactory.parseString("""
                        persys.http.gateway {
                          api.port = 0, plain.port = 0, schedulers = ["127.0.0.1:%d"]
                        }
                        """.formatted(scheduler))
                .withFallback(config)
                .resolve();
        gatewaySystem = ActorSystem.create(
                Behaviors.empty(),
                "gateway",
                whole.getConfig("persys.process.agent-system").withFallback(whole));
        return join(GatewayServer.start(
                gatewaySystem,
                HttpSettings.of(whole),
                GatewaySettings.of(whole),
                new GatewayServer.Credentials(
                        MutualTls.of(own, Peers.all(Role.GATEWAY)),
                        Optional.of(ServerTls.of(own.certificate(), own.key()))),
                questions -> new CredentialAuthenticator(questions, InstantSource.system(), System::nanoTime)));
    }

    @AfterEach
    void stop() {
        gatewaySystem.terminate();
        join(gatewaySystem.getWhenTerminated());
        join(node.stop());
        store.close();
    }

    private CredentialsPaths files(String identity) throws IOException {
        Path own = Files.createDirectories(directory.resolve(identity.replace('/', '-')));
        return TestAuthority.write(AUTHORITY.named("spiffe://c-1/" + identity), own);
    }

    private static <T> T join(CompletionStage<T> stage) {
        return stage.toCompletableFuture()
                .orTimeout(LIMIT.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Somebody with a home of his own, at the gateway. */
    private CommandLineFixture somebody(String name) {
        return new CommandLineFixture()
                .with("PERSYS_HOME", directory.resolve(name).toString())
                .with(
                        "PERSYS_ADDRESS",
                        "http://127.0.0.1:" + gateway.plainAddress().getPort());
    }

    @Test
    void tokenDoesWhatItsRoleMayUntilTheMomentItIsRevoked() {
        String token = ok(operator.run("token", "create", "ci", "--role", "viewer"))
                .out()
                .strip();
        CommandLineFixture ci = somebody("ci").with("PERSYS_TOKEN", token);

        assertThat(ok(ci.run("whoami")).out()).startsWith("token:ci, viewer");
        ok(ci.run("ps"));
        assertThat(ci.run("gc", "--dry-run").code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(ci.run("token", "ls").code()).isEqualTo(ExitCode.UNAUTHORIZED);
        ok(operator.run("token", "rm", "ci"));

        Result gone = ci.run("ps");
        assertThat(gone.code()).isEqualTo(ExitCode.UNAUTHORIZED);
        assertThat(somebody("nobody").run("ps").code()).isEqualTo(ExitCode.UNAUTHORIZED);
    }

    @Test
    void whoSignsInIsKnownUntilTheMomentOfSigningOut() throws IOException {
        ok(operator.typing(PASSWORD).run("user", "add", "alice", "--role", "operator"));
        CommandLineFixture alice = somebody("alice");

        assertThat(alice.typing("wrong wrong wrong\n")
                        .run("login", "--user", "alice")
                        .code())
                .isEqualTo(ExitCode.UNAUTHORIZED);
        ok(alice.typing(PASSWORD).run("login", "--user", "alice"));
        assertThat(ok(alice.with("PERSYS_ADDRESS", "").run("whoami")).out()).startsWith("session:alice, operator");
        ok(alice.run("gc", "--dry-run"));
        String shown = Files.readString(directory.resolve("alice/session.json"))
                .replaceAll("(?s).*\"accessToken\" ?: ?\"([^\"]+)\".*", "$1");
        CommandLineFixture copy = somebody("copy").with("PERSYS_TOKEN", shown);
        ok(copy.run("ps"));
        ok(alice.run("logout"));

        assertThat(copy.run("ps").code()).isEqualTo(ExitCode.UNAUTHORIZED);
        String audit = ok(operator.run("audit", "-o", "json")).out();
        assertThat(audit)
                .contains("sign-in of alice failed: wrong password", "127.0.0.1")
                .doesNotContain(PASSWORD.strip())
                .doesNotContain(shown);
    }

    private static Result ok(Result result) {
        assertThat(result.code()).as(result.err()).isEqualTo(ExitCode.OK);
        return result;
    }
}
