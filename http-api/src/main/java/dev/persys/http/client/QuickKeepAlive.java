package dev.persys.http.client;

import akka.io.Inet;
import dev.persys.http.KeepAlive;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketOption;
import java.util.Map;

/** Has the kernel find out within two minutes that a peer's machine is gone, where it can. */
final class QuickKeepAlive extends Inet.AbstractSocketOption {
    @Override
    public void beforeConnect(Socket socket) {
        try {
            socket.setKeepAlive(true);
            for (Map.Entry<SocketOption<Integer>, Integer> option : KeepAlive.OPTIONS.entrySet()) {
                if (socket.supportedOptions().contains(option.getKey())) {
                    socket.setOption(option.getKey(), option.getValue());
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("a connection cannot be configured", e);
        }
    }
}
