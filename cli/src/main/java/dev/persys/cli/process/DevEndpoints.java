package dev.persys.cli.process;

import java.net.InetSocketAddress;

/**
 * What {@code endpoints.json} lists: every address by name.
 *
 * @param api workloads and nodes; wants the token
 * @param node registration, heartbeats, {@code /metrics}, {@code /readyz}
 * @param agent orders
 * @param agentMetrics the agent's {@code /metrics} and {@code /healthz}
 * @param pid of the process that serves them
 */
public record DevEndpoints(String api, String node, String agent, String agentMetrics, long pid) {
    static DevEndpoints of(
            InetSocketAddress api, InetSocketAddress node, InetSocketAddress agent, InetSocketAddress agentMetrics) {
        return new DevEndpoints(
                url(api),
                url(node),
                url(agent),
                url(agentMetrics),
                ProcessHandle.current().pid());
    }

    private static String url(InetSocketAddress address) {
        return "http://" + ServerProcess.text(address);
    }
}
