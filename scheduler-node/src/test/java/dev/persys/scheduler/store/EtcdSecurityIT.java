package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Keys;
import dev.persys.store.StoreUnavailableException;
import dev.persys.testing.EtcdFixture;
import io.etcd.jetcd.Auth;
import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** etcd with users, and etcd behind TLS. */
final class EtcdSecurityIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(3);

    @TempDir
    Path files;

    private static EtcdSettings settings(
            List<String> endpoints, Optional<EtcdSettings.Credentials> credentials, Optional<EtcdSettings.Tls> tls) {
        List<URI> uris = endpoints.stream().map(URI::create).toList();
        return new EtcdSettings(uris, credentials, tls, "", TIMEOUT, TIMEOUT, Duration.ZERO);
    }

    private static void assertWorks(EtcdSettings settings) {
        try (EtcdStateStore store = EtcdStateStore.open(settings)) {
            Epoch epoch = await(store.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                    .epoch();
            assertThat(await(store.commit(epoch, List.of(new Change.Put(Keys.NODES + epoch, "x", Change.ABSENT)))))
                    .isInstanceOf(CommitResult.Committed.class);
            assertThat(await(store.load()).entries()).isNotEmpty();
        }
    }

    private static void assertUnavailable(EtcdSettings settings, String reason) {
        try (EtcdStateStore store = EtcdStateStore.open(settings)) {
            assertThatThrownBy(() -> await(store.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE))))
                    .hasCauseInstanceOf(StoreUnavailableException.class)
                    .hasStackTraceContaining(reason);
        }
    }

    @Test
    void aUserAndItsPasswordAreUsedAndNeverTold() {
        // A token of a second's life is renewed while the store is in use.
        try (EtcdFixture etcd = EtcdFixture.start("--auth-token-ttl=1")) {
            enableUsers(etcd);
            EtcdSettings right = settings(
                    etcd.endpoints(), Optional.of(new EtcdSettings.Credentials("root", "pass-1")), Optional.empty());
            assertWorks(right);
            assertThat(right.toString()).contains("root").doesNotContain("pass-1");
            assertUnavailable(
                    settings(
                            etcd.endpoints(),
                            Optional.of(new EtcdSettings.Credentials("root", "wrong")),
                            Optional.empty()),
                    "authentication failed");
            assertUnavailable(settings(etcd.endpoints(), Optional.empty(), Optional.empty()), "user name is empty");
        }
    }

    private static void enableUsers(EtcdFixture etcd) {
        try (Client client = Client.builder()
                .endpoints(etcd.endpoints().toArray(String[]::new))
                .build()) {
            Auth auth = client.getAuthClient();
            ByteSequence root = EtcdConnection.bytes("root");
            await(auth.userAdd(root, EtcdConnection.bytes("pass-1")));
            await(auth.roleAdd(root));
            await(auth.userGrantRole(root, root));
            await(auth.authEnable());
        }
    }

    @Test
    void bothSidesShowCertificates() throws Exception {
        makeCertificates();
        int port = freePort();
        Process etcd = startWithTls(port);
        try {
            List<String> endpoints = List.of("https://127.0.0.1:" + port);
            EtcdSettings.Tls tls = new EtcdSettings.Tls(
                    files.resolve("ca.pem"),
                    Optional.of(new EtcdSettings.ClientCertificate(
                            files.resolve("client.pem"), files.resolve("client.key"))),
                    Optional.empty());
            EtcdSettings right = settings(endpoints, Optional.empty(), Optional.of(tls));
            Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
                assertWorks(right);
                return true;
            });
            assertUnavailable(
                    settings(
                            endpoints,
                            Optional.empty(),
                            Optional.of(new EtcdSettings.Tls(tls.authority(), Optional.empty(), Optional.empty()))),
                    "UNAVAILABLE");
            assertUnavailable(
                    settings(
                            endpoints,
                            Optional.empty(),
                            Optional.of(new EtcdSettings.Tls(
                                    tls.authority(), tls.client(), Optional.of("elsewhere.example")))),
                    "No name matching elsewhere.example");
            assertThatThrownBy(() -> EtcdStateStore.open(settings(
                            endpoints,
                            Optional.empty(),
                            Optional.of(new EtcdSettings.Tls(
                                    files.resolve("absent.pem"), Optional.empty(), Optional.empty())))))
                    .isInstanceOf(StoreOpenException.class)
                    .hasMessageContaining("absent.pem");
        } finally {
            etcd.destroyForcibly().waitFor();
        }
    }

    @Test
    void keyThatOthersCanReadIsRefusedWithTheCommandThatMendsIt() throws Exception {
        makeCertificates();
        Path key = files.resolve("client.key");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
        EtcdSettings.Tls tls = new EtcdSettings.Tls(
                files.resolve("ca.pem"),
                Optional.of(new EtcdSettings.ClientCertificate(files.resolve("client.pem"), key)),
                Optional.empty());

        assertThatThrownBy(() -> EtcdStateStore.open(
                        settings(List.of("https://127.0.0.1:1"), Optional.empty(), Optional.of(tls))))
                .isInstanceOf(StoreOpenException.class)
                .hasMessageContaining("chmod 600 " + key);
    }

    @Test
    void newCertificateIsShownWithoutARestart() throws Exception {
        makeCertificates();
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "own.key",
                "-out",
                "own.pem",
                "-days",
                "2",
                "-subj",
                "/CN=nobody whom etcd believes");
        int port = freePort();
        Process etcd = startWithTls(port);
        EtcdSettings.Tls tls = new EtcdSettings.Tls(
                files.resolve("ca.pem"),
                Optional.of(new EtcdSettings.ClientCertificate(files.resolve("own.pem"), files.resolve("own.key"))),
                Optional.empty());
        EtcdSettings settings = settings(List.of("https://127.0.0.1:" + port), Optional.empty(), Optional.of(tls));
        try (EtcdStateStore store = EtcdStateStore.open(settings)) {
            Claim claim = new Claim("t", ClusterId.of("c"), Epoch.NONE);
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .until(() ->
                            Files.readString(files.resolve("etcd.txt")).contains("ready to serve client requests"));
            assertThatThrownBy(() -> await(store.claim(claim))).hasCauseInstanceOf(StoreUnavailableException.class);

            Files.copy(files.resolve("client.key"), files.resolve("own.key"), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(files.resolve("client.pem"), files.resolve("own.pem"), StandardCopyOption.REPLACE_EXISTING);

            Awaitility.await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
                await(store.claim(claim));
                return true;
            });
        } finally {
            etcd.destroyForcibly().waitFor();
        }
    }

    private Process startWithTls(int port) throws IOException {
        String client = "https://127.0.0.1:" + port;
        String peer = "http://127.0.0.1:" + freePort();
        ProcessBuilder etcd = new ProcessBuilder(
                "etcd",
                "--data-dir=" + files.resolve("data"),
                "--listen-client-urls=" + client,
                "--advertise-client-urls=" + client,
                "--listen-peer-urls=" + peer,
                "--initial-advertise-peer-urls=" + peer,
                "--initial-cluster=default=" + peer,
                "--cert-file=" + files.resolve("server.pem"),
                "--key-file=" + files.resolve("server.key"),
                "--trusted-ca-file=" + files.resolve("ca.pem"),
                "--client-cert-auth");
        etcd.environment().keySet().removeIf(name -> name.startsWith("ETCD_"));
        Path log = files.resolve("etcd.txt");
        return etcd.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void makeCertificates() throws Exception {
        Files.writeString(
                files.resolve("san"), "subjectAltName=IP:127.0.0.1\nextendedKeyUsage=serverAuth,clientAuth\n");
        openssl(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "ca.key",
                "-out",
                "ca.pem",
                "-days",
                "2",
                "-subj",
                "/CN=test authority");
        for (String name : List.of("server", "client")) {
            openssl(
                    "req",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".csr",
                    "-subj",
                    "/CN=" + name);
            openssl(
                    "x509",
                    "-req",
                    "-in",
                    name + ".csr",
                    "-CA",
                    "ca.pem",
                    "-CAkey",
                    "ca.key",
                    "-CAcreateserial",
                    "-out",
                    name + ".pem",
                    "-days",
                    "2",
                    "-extfile",
                    "san");
        }
    }

    private void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(List.of(arguments));
        Process openssl = new ProcessBuilder(command)
                .directory(files.toFile())
                .redirectErrorStream(true)
                .redirectOutput(files.resolve("openssl.txt").toFile())
                .start();
        assertThat(openssl.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(openssl.exitValue())
                .as(Files.readString(files.resolve("openssl.txt")))
                .isZero();
    }
}
