package dev.persys.cli.client;

import dev.persys.trust.Credentials;
import dev.persys.trust.Role;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import dev.persys.trust.tls.MutualTls;
import dev.persys.trust.tls.Peers;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** Makes connections to one scheduler, with TLS where its address says so. */
final class Connector {
    private static final int CONNECT_LIMIT_MILLIS = 5_000;

    /** Longer than a connection takes: on a machine that is busy, the first signatures of a Java are slow ones. */
    private static final int HANDSHAKE_LIMIT_MILLIS = 20_000;

    /** After which the files of the certificate are read again: who follows something does so longer than one is good. */
    private static final Duration FRESH = Duration.ofSeconds(2);

    private final Address address;
    private Optional<Sockets> sockets = Optional.empty();

    Connector(Address address) {
        this.address = address;
    }

    private record Sockets(SSLSocketFactory factory, long nanos) {}

    Address address() {
        return address;
    }

    /** A connection on which nothing was sent. */
    Socket connect(Deadline deadline) throws IOException {
        URI base = address.base();
        boolean tls = "https".equals(base.getScheme());
        String host = base.getHost().replace("[", "").replace("]", "");
        int port = base.getPort() >= 0 ? base.getPort() : tls ? 443 : 80;
        InetSocketAddress to = new InetSocketAddress(host, port);
        if (to.isUnresolved()) {
            throw new UnknownHostException(host);
        }
        if (!tls) {
            return connected(new Socket(), to, deadline);
        }
        // Before anybody waits for us at the other end: TLS takes a while to load.
        SSLSocketFactory factory = factory();
        BoundedSocket socket = connected(new BoundedSocket(deadline), to, deadline);
        try {
            return secured(factory, socket, host, port);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static <S extends Socket> S connected(S socket, InetSocketAddress to, Deadline deadline)
            throws IOException {
        try {
            socket.connect(to, deadline.millisLeft(CONNECT_LIMIT_MILLIS));
            socket.setTcpNoDelay(true); // Before a handshake, too: it is several small pieces, one behind the other.
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private Socket secured(SSLSocketFactory factory, BoundedSocket socket, String host, int port) throws IOException {
        SSLSocket secure = (SSLSocket) factory.createSocket(socket, host, port, true);
        if (address.credentials().isPresent()) {
            secure.setSSLParameters(MutualTls.parameters(secure.getSupportedCipherSuites()));
        } else {
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
        }
        try {
            secure.startHandshake();
        } catch (SocketException e) {
            throw new SSLException(TlsProblem.CUT_OFF, e);
        }
        socket.secured();
        return secure;
    }

    private synchronized SSLSocketFactory factory() {
        long now = System.nanoTime();
        if (sockets.filter(made -> now - made.nanos() < FRESH.toNanos()).isEmpty()) {
            sockets = Optional.of(new Sockets(newFactory(address), now));
        }
        return sockets.get().factory();
    }

    /** With a certificate of the cluster, a scheduler of the same cluster is believed, whatever its host is called. */
    private static SSLSocketFactory newFactory(Address to) {
        Optional<CredentialsPaths> files = to.credentials();
        if (files.isEmpty()) {
            return to.roots().map(BelievedRoots::sockets).orElseGet(() ->
                    (SSLSocketFactory) SSLSocketFactory.getDefault());
        }
        try {
            Credentials own = files.get().readUnproved(Instant.now());
            return new MutualTls(() -> own).context(Peers.all(Role.SCHEDULER)).getSocketFactory();
        } catch (TrustException e) {
            throw TlsProblem.ofOwnFiles(e);
        }
    }

    /**
     * Under TLS, where one read of ours is many of the socket: each of them ends at the deadline, and those of a handshake
     * together, however little comes at a time.
     */
    private static final class BoundedSocket extends Socket {
        private final Deadline deadline;
        private final Deadline handshake;
        private volatile boolean isSecured;

        BoundedSocket(Deadline deadline) {
            this.deadline = deadline;
            this.handshake = deadline.or(Deadline.in(Duration.ofMillis(HANDSHAKE_LIMIT_MILLIS)));
        }

        void secured() {
            isSecured = true;
        }

        @Override
        public InputStream getInputStream() throws IOException {
            return new TimedInput(super.getInputStream(), this::limit);
        }

        private void limit() throws IOException {
            Deadline end = isSecured ? deadline : handshake;
            if (end.isPassed()) {
                throw new SocketTimeoutException(
                        isSecured ? "the deadline has passed" : "the TLS handshake took too long");
            }
            setSoTimeout(end.millisLeft(getSoTimeout()));
        }
    }
}
