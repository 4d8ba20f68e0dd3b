package dev.persys.http.server;

import akka.io.Inet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.StandardSocketOptions;
import jdk.net.ExtendedSocketOptions;

/**
 * Has the kernel ask on a silent connection whether the other side is still there: a stream on which nothing moves has no
 * other way to find out that its client's machine has gone.
 */
final class LivenessProbes extends Inet.AbstractSocketOption {
    static final LivenessProbes INSTANCE = new LivenessProbes();

    /** Seconds of silence before the first probe, seconds between probes, and unanswered probes that end it. */
    private static final int SILENCE = 60;

    private static final int BETWEEN = 15;
    private static final int UNANSWERED = 4;

    private LivenessProbes() {}

    @Override
    public void afterConnect(Socket socket) {
        try {
            socket.setKeepAlive(true);
            if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_KEEPIDLE)) {
                socket.setOption(ExtendedSocketOptions.TCP_KEEPIDLE, SILENCE);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPINTERVAL, BETWEEN);
                socket.setOption(ExtendedSocketOptions.TCP_KEEPCOUNT, UNANSWERED);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot set " + StandardSocketOptions.SO_KEEPALIVE, e);
        }
    }
}
