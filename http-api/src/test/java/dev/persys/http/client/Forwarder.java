package dev.persys.http.client;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on, counts them, and cuts them when told to. */
final class Forwarder {
    private final ServerSocket socket;
    private final InetSocketAddress target;
    private final AtomicInteger accepted;
    private final Queue<Socket> open = new ConcurrentLinkedQueue<>();

    Forwarder(ServerSocket socket, InetSocketAddress target, AtomicInteger accepted) {
        this.socket = socket;
        this.target = target;
        this.accepted = accepted;
    }

    void start() {
        background(() -> {
            while (true) {
                Socket from = socket.accept();
                accepted.incrementAndGet();
                Socket to = new Socket(target.getAddress(), target.getPort());
                open.add(from);
                open.add(to);
                background(() -> from.getInputStream().transferTo(to.getOutputStream()));
                background(() -> to.getInputStream().transferTo(from.getOutputStream()));
            }
        });
    }

    void cut() throws IOException {
        for (Socket connection : open) {
            connection.close();
        }
    }

    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    /** Ends with its sockets. */
    private static void background(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException e) {
                Thread.currentThread().interrupt();
            }
        });
        thread.setDaemon(true);
        thread.start();
    }
}
