package dev.persys.agent.docker;

import com.github.dockerjava.core.DockerClientConfig;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.security.GeneralSecurityException;
import java.util.Locale;
import javax.net.ssl.SSLContext;

/**
 * A connection to the engine on which both sides speak at once, and each may end what it says alone. docker-java's own
 * transport ends both with one, or neither. Its calls block; another thread may {@link #close} it, which ends them.
 */
interface EngineSocket extends Closeable {
    /** How many bytes came, negative at the end. */
    int read(ByteBuffer into) throws IOException;

    /** All of them. */
    void write(ByteBuffer bytes) throws IOException;

    /** No more comes from this side. */
    void endOutput() throws IOException;

    static EngineSocket open(DockerClientConfig config, int connectMillis) throws IOException {
        URI host = config.getDockerHost();
        if (host.getScheme().toLowerCase(Locale.ROOT).equals("unix")) {
            return new Plain(SocketChannel.open(UnixDomainSocketAddress.of(host.getPath())));
        }
        InetSocketAddress address = new InetSocketAddress(host.getHost(), host.getPort());
        SSLContext tls = tls(config);
        if (tls == null) {
            SocketChannel channel = SocketChannel.open();
            channel.socket().connect(address, connectMillis);
            return new Plain(channel);
        }
        Socket socket = tls.getSocketFactory().createSocket();
        socket.connect(address, connectMillis);
        return new Secured(socket);
    }

    private static SSLContext tls(DockerClientConfig config) throws IOException {
        try {
            return config.getSSLConfig() == null ? null : config.getSSLConfig().getSSLContext();
        } catch (GeneralSecurityException e) {
            throw new IOException("the certificates for Docker cannot be used: " + e.getMessage(), e);
        }
    }

    /** Streams of a channel would share a lock (JDK-8279339): neither could write while the other reads. */
    final class Plain implements EngineSocket {
        private final SocketChannel channel;

        Plain(SocketChannel channel) {
            this.channel = channel;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            return channel.read(into);
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        }

        @Override
        public void endOutput() throws IOException {
            channel.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Over TLS 1.3 one side may end alone too. */
    final class Secured implements EngineSocket {
        private final Socket socket;

        Secured(Socket socket) {
            this.socket = socket;
        }

        @Override
        public int read(ByteBuffer into) throws IOException {
            int read =
                    socket.getInputStream().read(into.array(), into.arrayOffset() + into.position(), into.remaining());
            if (read > 0) {
                into.position(into.position() + read);
            }
            return read;
        }

        @Override
        public void write(ByteBuffer bytes) throws IOException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.get(copy);
            socket.getOutputStream().write(copy);
        }

        @Override
        public void endOutput() throws IOException {
            socket.shutdownOutput();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
