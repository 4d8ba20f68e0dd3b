package dev.persys.http.latency;

import akka.actor.typed.ActorSystem;
import akka.actor.typed.javadsl.Behaviors;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.http.HttpSettings;
import dev.persys.http.client.HttpAgentClient;
import dev.persys.http.scheduler.SchedulerHttpServer;
import dev.persys.http.testing.Samples;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Prints p50 and p99 of one request at a time over one kept connection, with an actor behind that answers at once: what
 * HTTP costs beside the durable write. The client is a bare socket, so that its own time is small.
 *
 * <p>Run with {@code mvn -o -Dquick -pl http-api -am test-compile} and the test class path; the arguments are the
 * numbers of warm-up and of measured requests.
 */
public final class AnswerLatency {
    private static final String BODY = """
            {"name":"celery-worker","type":"docker-container","image":"python:3.9","command":"celery worker",\
            "envVars":{"A":"1"}}""";

    private static final String SHOWN = "Host: localhost\r\nAuthorization: Bearer latency\r\n";

    private AnswerLatency() {}

    public static void main(String[] arguments) throws IOException {
        int warmUp = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 20_000;
        int measured = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20_000;
        Path token = Files.writeString(Files.createTempFile("token", ""), "latency\n");
        token.toFile().deleteOnExit();
        Config config = ConfigFactory.parseString("persys.http.scheduler { api { port = 0, token-file = \"" + token
                        + "\" }, node.port = 0 }\nakka.loglevel = WARNING")
                .withFallback(ConfigFactory.load())
                .resolve();
        ActorSystem<SchedulerProtocol.Command> system = ActorSystem.create(
                Behaviors.receiveMessage(command -> {
                    if (command instanceof SchedulerProtocol.Schedule schedule) {
                        schedule.replyTo().tell(new Reply.Ok<>(new SchedulerProtocol.Accepted(Samples.view(1), false)));
                    } else if (command instanceof SchedulerProtocol.GetWorkload get) {
                        get.replyTo().tell(new Reply.Ok<>(Samples.view(1)));
                    }
                    return Behaviors.same();
                }),
                "latency",
                config);
        HttpSettings settings = HttpSettings.of(config);
        SchedulerHttpServer server = SchedulerHttpServer.start(
                        system,
                        system,
                        new HttpAgentClient(system, settings.agentSecret(), settings.client()),
                        settings,
                        "latency")
                .toCompletableFuture()
                .join();
        String head = SHOWN + "Content-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n";
        measure(
                "POST /workloads/schedule",
                server.apiAddress(),
                "POST /workloads/schedule HTTP/1.1\r\n" + head + BODY,
                warmUp,
                measured);
        measure(
                "GET /workloads/{workload}",
                server.apiAddress(),
                "GET /workloads/a HTTP/1.1\r\n" + SHOWN + "\r\n",
                warmUp,
                measured);
        measure(
                "GET /healthz",
                server.nodeAddress(),
                "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                warmUp,
                measured);
        system.terminate();
    }

    private static void measure(String name, InetSocketAddress address, String request, int warmUp, int measured)
            throws IOException {
        byte[] bytes = request.getBytes(StandardCharsets.US_ASCII);
        long[] nanos = new long[measured];
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.setTcpNoDelay(true);
            OutputStream out = socket.getOutputStream();
            InputStream in = new BufferedInputStream(socket.getInputStream());
            for (int i = -warmUp; i < measured; i++) {
                long started = System.nanoTime();
                out.write(bytes);
                readAnswer(in);
                if (i >= 0) {
                    nanos[i] = System.nanoTime() - started;
                }
            }
        }
        Arrays.sort(nanos);
        System.out.printf(
                Locale.ROOT,
                "%-28s p50 %6.0f us   p99 %6.0f us   p99.9 %6.0f us%n",
                name,
                nanos[measured / 2] / 1e3,
                nanos[(int) (measured * 0.99)] / 1e3,
                nanos[(int) (measured * 0.999)] / 1e3);
    }

    private static void readAnswer(InputStream in) throws IOException {
        int length = 0;
        String line = readLine(in);
        if (!line.startsWith("HTTP/1.1 200")) {
            throw new IOException(line);
        }
        while (!line.isEmpty()) {
            if (line.startsWith("Content-Length: ")) {
                length = Integer.parseInt(line.substring("Content-Length: ".length()));
            }
            line = readLine(in);
        }
        in.skipNBytes(length);
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.read(); c != '\n'; c = in.read()) {
            if (c < 0) {
                throw new IOException("the connection ended");
            }
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }
}
