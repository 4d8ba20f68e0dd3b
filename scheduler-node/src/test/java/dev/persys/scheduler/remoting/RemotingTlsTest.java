package dev.persys.scheduler.remoting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import akka.actor.ActorIdentity;
import akka.actor.ActorRef;
import akka.actor.ActorSystem;
import akka.actor.ExtendedActorSystem;
import akka.actor.Identify;
import akka.pattern.Patterns;
import akka.remote.artery.tcp.SSLEngineProvider;
import akka.testkit.TestActors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import scala.Option;

/** Actor systems that speak with each other as schedulers do, each with a certificate of its own. */
final class RemotingTlsTest {
    private static final TestAuthority AUTHORITY = new TestAuthority();
    private static final Duration ANSWERED = Duration.ofSeconds(20);
    private static final Duration SILENT = Duration.ofSeconds(4);

    @TempDir
    private Path directory;

    private final List<ActorSystem> systems = new ArrayList<>();

    /** Shows whatever certificate it was given, and takes whoever has one of the cluster. */
    public static final class Careless implements SSLEngineProvider {
        private final MutualTls tls;

        public Careless(ActorSystem system) {
            this.tls = MutualTls.of(
                    RemotingSettings.of(system.settings().config()).tls().orElseThrow(), Peers.ANYBODY);
        }

        @Override
        public SSLEngine createServerSSLEngine(String hostname, int port) {
            return tls.server();
        }

        @Override
        public SSLEngine createClientSSLEngine(String hostname, int port) {
            return tls.client(Peers.ANYBODY);
        }

        @Override
        public Option<Throwable> verifyClientSession(String hostname, SSLSession session) {
            return Option.empty();
        }

        @Override
        public Option<Throwable> verifyServerSession(String hostname, SSLSession session) {
            return Option.empty();
        }
    }

    @AfterEach
    void stop() throws Exception {
        for (ActorSystem system : systems) {
            system.terminate();
        }
        for (ActorSystem system : systems) {
            system.getWhenTerminated().toCompletableFuture().get(20, TimeUnit.SECONDS);
        }
    }

    private Config settings(String name, Credentials credentials) {
        try {
            CredentialsPaths files = TestAuthority.write(credentials, Files.createDirectory(directory.resolve(name)));
            return settings(files);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Config settings(CredentialsPaths files) {
        return ConfigFactory.parseMap(Map.of(
                        "persys.scheduler.cluster.tls.certificate",
                        files.certificate().toString(),
                        "persys.scheduler.cluster.tls.key",
                        files.key().toString(),
                        "persys.scheduler.cluster.tls.roots",
                        files.roots().toString(),
                        "akka.actor.provider",
                        "remote",
                        "akka.loglevel",
                        "ERROR",
                        "akka.remote.artery.canonical.hostname",
                        "127.0.0.1",
                        "akka.remote.artery.canonical.port",
                        0))
                .withFallback(ConfigFactory.load());
    }

    private ActorSystem scheduler(String name, Credentials credentials) {
        Config config = settings(name, credentials);
        return started(name, RemotingSettings.of(config).akka().withFallback(config));
    }

    private ActorSystem careless(String name, Credentials credentials) {
        Config config = ConfigFactory.parseMap(Map.of(
                "akka.remote.artery.transport",
                "tls-tcp",
                "akka.remote.artery.ssl.ssl-engine-provider",
                Careless.class.getName()));
        return started(name, config.withFallback(settings(name, credentials)));
    }

    private ActorSystem started(String name, Config config) {
        ActorSystem system = ActorSystem.create(name, config);
        systems.add(system);
        system.actorOf(TestActors.echoActorProps(), "echo");
        return system;
    }

    private static String echoOf(ActorSystem system) {
        return ((ExtendedActorSystem) system).provider().getDefaultAddress() + "/user/echo";
    }

    /** The answer of the other system's actor; fails with {@link TimeoutException} where none comes. */
    private static Optional<ActorRef> asked(ActorSystem from, ActorSystem to, Duration limit) throws Exception {
        return ((ActorIdentity) Patterns.ask(from.actorSelection(echoOf(to)), new Identify(1), limit)
                        .toCompletableFuture()
                        .get(limit.toSeconds() + 10, TimeUnit.SECONDS))
                .getActorRef();
    }

    @Test
    void schedulersOfOneClusterSpeakWithEachOtherByTls() throws Exception {
        ActorSystem one = scheduler("one", AUTHORITY.of(Role.SCHEDULER, "s-1"));
        ActorSystem two = scheduler("two", AUTHORITY.of(Role.SCHEDULER, "s-2"));

        assertThat(asked(one, two, ANSWERED)).isPresent();
        assertThat(asked(two, one, ANSWERED)).isPresent();
    }

    @Test
    void othersOfTheClusterAreNoSchedulers() throws Exception {
        ActorSystem one = scheduler("one", AUTHORITY.of(Role.SCHEDULER, "s-1"));
        ActorSystem agent = careless("agent", AUTHORITY.of(Role.AGENT, "n-1"));
        ActorSystem gateway = careless("gateway", AUTHORITY.of(Role.GATEWAY, "g-1"));
        assertThat(asked(agent, gateway, ANSWERED))
                .as("that these can speak at all")
                .isPresent();

        for (ActorSystem other : List.of(agent, gateway)) {
            assertThatThrownBy(() -> asked(other, one, SILENT)).isInstanceOf(Exception.class);
            assertThatThrownBy(() -> asked(one, other, SILENT)).isInstanceOf(Exception.class);
        }
    }

    @Test
    void schedulersOfAnotherAuthorityAreStrangers() throws Exception {
        ActorSystem one = scheduler("one", AUTHORITY.of(Role.SCHEDULER, "s-1"));
        TestAuthority foreign = new TestAuthority();
        Credentials credulous =
                TestAuthority.believing(foreign.of(Role.SCHEDULER, "s-1"), foreign.root(), AUTHORITY.root());
        ActorSystem stranger = careless("stranger", credulous);

        assertThatThrownBy(() -> asked(stranger, one, SILENT)).isInstanceOf(Exception.class);
        assertThatThrownBy(() -> asked(one, stranger, SILENT)).isInstanceOf(Exception.class);
    }

    @Test
    void certificateOfSomebodyElseIsRefusedBeforeAnythingListens() {
        Config config = settings("agent", AUTHORITY.of(Role.AGENT, "n-1"));

        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> RemotingSettings.of(config).akka())
                .withMessageContaining("agent/n-1")
                .withMessageContaining("scheduler");
    }

    @Test
    void withoutTlsNobodyElseReachesIt() {
        Config plain = ConfigFactory.load();
        assertThat(RemotingSettings.of(plain).akka().isEmpty()).isTrue();
        for (String wider : List.of("0.0.0.0", "10.0.0.7")) {
            Config config = ConfigFactory.parseMap(Map.of("persys.scheduler.cluster.address", wider))
                    .withFallback(plain);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> RemotingSettings.of(config))
                    .withMessageContaining("persys.scheduler.cluster.address")
                    .withMessageContaining("persys.scheduler.cluster.tls");
        }
        Config half = ConfigFactory.parseMap(Map.of("persys.scheduler.cluster.tls.key", "k"))
                .withFallback(plain);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RemotingSettings.of(half))
                .withMessageContaining("certificate and roots");
    }
}
