package dev.persys.agent.docker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.ContainerUsage;
import java.util.Locale;

/** Docker's figures of a container as ours, computed as its client does it (docker stats). Pure. */
final class UsageMapping {
    private static final double PERCENT = 100;
    private static final double TENTHS = 10;

    private UsageMapping() {}

    static ContainerUsage usage(JsonNode stats) {
        JsonNode memory = stats.path("memory_stats");
        JsonNode blocks = stats.path("blkio_stats").path("io_service_bytes_recursive");
        return new ContainerUsage(
                stats.path("read").asText(),
                cpuPercent(stats.path("cpu_stats"), stats.path("precpu_stats")),
                throttledPercent(stats.path("cpu_stats"), stats.path("precpu_stats")),
                workingSet(memory),
                memory.path("limit").asLong(),
                sum(stats.path("networks"), "rx_bytes"),
                sum(stats.path("networks"), "tx_bytes"),
                blocks(blocks, "read"),
                blocks(blocks, "write"),
                stats.path("pids_stats").path("current").asLong());
    }

    private static double cpuPercent(JsonNode now, JsonNode before) {
        double used = grown(now.path("cpu_usage"), before.path("cpu_usage"), "total_usage");
        double all = grown(now, before, "system_cpu_usage");
        long cores = now.path("online_cpus").asLong();
        if (cores == 0) {
            cores = now.path("cpu_usage").path("percpu_usage").size(); // Engines before 1.27 of the API.
        }
        return used > 0 && all > 0 ? rounded(used / all * cores * PERCENT) : 0;
    }

    private static double throttledPercent(JsonNode now, JsonNode before) {
        double periods = grown(now.path("throttling_data"), before.path("throttling_data"), "periods");
        double held = grown(now.path("throttling_data"), before.path("throttling_data"), "throttled_periods");
        return periods > 0 ? rounded(held / periods * PERCENT) : 0;
    }

    /** Files that are cached and not in use count as free: by their name in version 1 of control groups, or in 2. */
    private static long workingSet(JsonNode memory) {
        long usage = memory.path("usage").asLong();
        JsonNode stats = memory.path("stats");
        long cached = stats.path("total_inactive_file")
                .asLong(stats.path("inactive_file").asLong());
        return cached < usage ? usage - cached : usage;
    }

    private static double grown(JsonNode now, JsonNode before, String field) {
        return now.path(field).asDouble() - before.path(field).asDouble();
    }

    private static long sum(JsonNode networks, String field) {
        long sum = 0;
        for (JsonNode network : networks) {
            sum += network.path(field).asLong();
        }
        return sum;
    }

    private static long blocks(JsonNode entries, String operation) {
        long sum = 0;
        for (JsonNode entry : entries) {
            if (entry.path("op").asText().toLowerCase(Locale.ROOT).equals(operation)) {
                sum += entry.path("value").asLong();
            }
        }
        return sum;
    }

    private static double rounded(double percent) {
        return Math.round(percent * TENTHS) / TENTHS;
    }
}
