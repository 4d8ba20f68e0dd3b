package dev.persys.cli.dev;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The loopback ports of a development cluster.
 *
 * @param api of the scheduler's API
 * @param node where agents register
 * @param agent where the agent takes orders
 * @param agentMetrics of the agent's metrics and health
 */
public record DevPorts(int api, int node, int agent, int agentMetrics) {
    /** The contract's. */
    public static final DevPorts DEFAULT = new DevPorts(8085, 8084, 8086, 8087);

    private static final String HOST = "127.0.0.1";

    /** Four that are free now. */
    public static DevPorts free() {
        List<ServerSocket> held = new ArrayList<>();
        try {
            for (int i = 0; i < 4; i++) {
                held.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
            }
            return new DevPorts(
                    held.get(0).getLocalPort(),
                    held.get(1).getLocalPort(),
                    held.get(2).getLocalPort(),
                    held.get(3).getLocalPort());
        } catch (IOException e) {
            throw new Failure(ExitCode.PORT_TAKEN, "no port is free on " + HOST + ": " + e.getMessage());
        } finally {
            held.forEach(DevPorts::close);
        }
    }

    /**
     * Checks that nobody listens on any of them.
     *
     * @throws Failure with {@link ExitCode#PORT_TAKEN}, naming the port and the ways out
     */
    public void requireFree() {
        for (Map.Entry<String, Integer> port : bySetting().entrySet()) {
            try (ServerSocket socket = new ServerSocket()) {
                socket.setReuseAddress(true);
                socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port.getValue()), 1);
            } catch (IOException e) {
                throw new Failure(
                        ExitCode.PORT_TAKEN,
                        "port " + port.getValue() + " of " + HOST + " (" + port.getKey()
                                + ") is taken by another program",
                        "Stop that program, or take any free ports: persys dev start --ports auto");
            }
        }
    }

    /** By the settings of the process. */
    public Map<String, Integer> bySetting() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        ports.put("persys.http.scheduler.api.port", api);
        ports.put("persys.http.scheduler.node.port", node);
        ports.put("persys.http.agent.api.port", agent);
        ports.put("persys.http.agent.metrics.port", agentMetrics);
        return ports;
    }

    /** By the names of {@code endpoints.json}. */
    Map<String, String> byName() {
        Map<String, String> urls = new LinkedHashMap<>();
        urls.put("api", url("https", api));
        urls.put("node", url("http", node));
        urls.put("agent", url("https", agent));
        urls.put("agentMetrics", url("http", agentMetrics));
        return urls;
    }

    static DevPorts of(JsonNode endpoints) {
        return new DevPorts(
                port(endpoints, "api"),
                port(endpoints, "node"),
                port(endpoints, "agent"),
                port(endpoints, "agentMetrics"));
    }

    private static int port(JsonNode endpoints, String name) {
        return URI.create(endpoints.path(name).asText("http://" + HOST + ":0")).getPort();
    }

    private static String url(String scheme, int port) {
        return scheme + "://" + HOST + ":" + port;
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new Failure(ExitCode.INTERNAL, "a port cannot be given back: " + e.getMessage());
        }
    }
}
