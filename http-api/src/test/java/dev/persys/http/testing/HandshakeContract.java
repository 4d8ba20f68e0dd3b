package dev.persys.http.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What holds on every port with mutual TLS: over real connections, what gets in and all that ought not to. */
public abstract class HandshakeContract {
    private static final List<String> PROTOCOLS = List.of("TLSv1.3", "TLSv1.2");
    private static final int ALERT = 21;
    private static final int HANDSHAKE = 22;
    private static final int TLS_12 = 0x0303;

    /** TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256. */
    private static final int STRONG = 0xc02b;

    /** Signs for whoever is to get in. */
    protected abstract TestAuthority authority();

    /** Who is served here. */
    protected abstract Role welcome();

    protected abstract InetSocketAddress port();

    /** What is answered with 200, without the end of the head. */
    protected abstract String request();

    private String kept() {
        return request() + "\r\n";
    }

    private String last() {
        return request() + "Connection: close\r\n\r\n";
    }

    private TlsClient client(Credentials credentials) {
        return new TlsClient(Optional.of(credentials));
    }

    private TlsClient good() {
        return client(authority().of(welcome(), "x"));
    }

    private String name() {
        return "spiffe://c-1/" + welcome() + "/x";
    }

    @Test
    void whoIsWelcomeIsAnsweredByBothProtocols() throws IOException {
        for (String protocol : PROTOCOLS) {
            assertThat(good().ask(port(), last(), protocol)).startsWith("HTTP/1.1 200");
        }
    }

    @Test
    void nobodyGetsInWithoutACertificateOfTheAuthority() {
        keptOut(new TlsClient(Optional.empty()));
        keptOut(client(authority().selfSigned(welcome(), "x")));
        keptOut(client(new TestAuthority().of(welcome(), "x")));
    }

    @Test
    void nobodyGetsInAtAnotherTime() {
        Instant now = Instant.now();
        keptOut(client(authority().lasting(now.minus(Duration.ofDays(2)), now.minusSeconds(5), name())));
        keptOut(client(authority().lasting(now.plusSeconds(600), now.plus(Duration.ofDays(2)), name())));
    }

    @Test
    void nobodyGetsInUnderAnotherName() {
        for (String name : List.of(
                name().replace("c-1", "c-2"),
                name().replace(welcome().toString(), "root"),
                name() + "/y",
                "https://c-1/x")) {
            keptOut(client(authority().named(name)));
        }
        keptOut(client(authority().named()));
        keptOut(client(authority().named(name(), name() + "y")));
    }

    @Test
    void certificateThatExpiresCountsNoMoreOnAConnectionThatIsKept() throws IOException {
        Instant end = Instant.now().plusSeconds(5);
        Credentials brief = authority().lasting(Instant.now().minusSeconds(60), end, name());
        try (SSLSocket socket = client(brief).connect(port())) {
            assertThat(TlsClient.answer(socket, kept())).startsWith("HTTP/1.1 200");
            // Certificates are to the second.
            await().atMost(Duration.ofSeconds(20)).until(() -> Instant.now().isAfter(end.plusSeconds(1)));
            assertThat(TlsClient.answer(socket, kept()))
                    .startsWith("HTTP/1.1 403")
                    .contains("has expired");
        }
    }

    @Test
    void handshakeIsNotBegunAnew() throws IOException {
        try (SSLSocket socket = good().connect(port(), "TLSv1.2")) {
            assertThat(TlsClient.answer(socket, kept())).startsWith("HTTP/1.1 200");
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        TlsClient.answer(socket, kept());
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** A session that was taken up again has the begin of the one before. */
    @Test
    void noSessionIsTakenUpAgain() throws IOException {
        for (String protocol : PROTOCOLS) {
            TlsClient client = good();
            SSLSession first = session(client, protocol);
            SSLSession second = session(client, protocol);
            assertThat(second.getCreationTime()).as(protocol).isGreaterThan(first.getCreationTime());
            assertThat(second.getPeerCertificates()).isNotEmpty();
        }
    }

    private SSLSession session(TlsClient client, String protocol) throws IOException {
        try (SSLSocket socket = client.connect(port(), protocol)) {
            assertThat(TlsClient.send(socket, last()))
                    .startsWith("HTTP/1.1 200"); // With tickets, where there were any.
            return socket.getSession();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0x0300, 0x0301, 0x0302})
    void olderProtocolsAreNotSpoken(int version) throws IOException {
        assertThat(hello(version, STRONG)).isEqualTo(ALERT);
    }

    /** NULL, RC4, 3DES, RSA without a key for each connection, CBC, CCM with a short tag, anonymous. */
    @ParameterizedTest
    @ValueSource(
            ints = {
                0x0002, 0x0005, 0x000a, 0x002f, 0x003c, 0x009c, 0xc006, 0xc007, 0xc008, 0xc009, 0xc023, 0xc024, 0xc0ae,
                0xc018, 0x00a6
            })
    void weakCiphersAreNotSpoken(int suite) throws IOException {
        assertThat(hello(TLS_12, suite)).isEqualTo(ALERT);
    }

    @Test
    void strongCipherIsSpokenByTheSameHello() throws IOException {
        assertThat(hello(TLS_12, STRONG)).isEqualTo(HANDSHAKE);
    }

    /** What comes back for a ClientHello (RFC 5246, section 7.4.1.2) that the JDK would not send itself. */
    private int hello(int version, int suite) throws IOException {
        ByteBuffer extensions = ByteBuffer.allocate(64);
        extensions.putShort((short) 10).putShort((short) 4).putShort((short) 2).putShort((short) 0x17); // P-256
        extensions.putShort((short) 11).putShort((short) 2).put((byte) 1).put((byte) 0);
        extensions.putShort((short) 13).putShort((short) 4).putShort((short) 2).putShort((short)
                0x0403); // ECDSA, SHA-256
        extensions.flip();
        int length = 2 + 32 + 1 + 2 + 2 + 2 + 2 + extensions.remaining();
        ByteBuffer bytes = ByteBuffer.allocate(5 + 4 + length);
        bytes.put((byte) HANDSHAKE).putShort((short) 0x0301).putShort((short) (4 + length));
        bytes.put((byte) 1).put((byte) 0).putShort((short) length);
        bytes.putShort((short) version).put(new byte[32]).put((byte) 0);
        bytes.putShort((short) 2).putShort((short) suite).put((byte) 1).put((byte) 0);
        bytes.putShort((short) extensions.remaining()).put(extensions);
        try (Socket socket = new Socket(port().getAddress(), port().getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(bytes.array());
            return socket.getInputStream().read();
        }
    }

    private void keptOut(TlsClient client) {
        for (String protocol : PROTOCOLS) {
            assertThatThrownBy(() -> {
                        String answer = client.ask(port(), last(), protocol);
                        throw new IOException(answer.isEmpty() ? "closed" : "let in: " + answer);
                    })
                    .isInstanceOf(IOException.class)
                    .hasMessageNotContaining("let in");
        }
    }
}
