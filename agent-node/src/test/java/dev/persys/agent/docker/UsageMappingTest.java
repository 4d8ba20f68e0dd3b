package dev.persys.agent.docker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.ContainerUsage;
import dev.persys.api.Json;
import org.junit.jupiter.api.Test;

final class UsageMappingTest {
    private static final String STATS = """
            {"read":"2026-11-27T01:40:02Z","pids_stats":{"current":7},
             "blkio_stats":{"io_service_bytes_recursive":[
               {"op":"Read","value":10},{"op":"write","value":20},{"op":"Read","value":5},{"op":"Total","value":99}]},
             "cpu_stats":{"cpu_usage":{"total_usage":3000},"system_cpu_usage":20000,"online_cpus":4,
               "throttling_data":{"periods":30,"throttled_periods":6}},
             "precpu_stats":{"cpu_usage":{"total_usage":1000},"system_cpu_usage":10000,
               "throttling_data":{"periods":20,"throttled_periods":1}},
             "memory_stats":{"usage":1000,"limit":5000,"stats":{%s}},
             "networks":{"eth0":{"rx_bytes":1,"tx_bytes":2},"eth1":{"rx_bytes":10,"tx_bytes":20}}}
            """;

    @Test
    void figuresAreThoseOfDockersOwnClient() {
        assertThat(usage("\"inactive_file\":300"))
                .isEqualTo(new ContainerUsage("2026-11-27T01:40:02Z", 80, 50, 700, 5000, 11, 22, 15, 20, 7));
    }

    @Test
    void cachedFilesHaveAnotherNameInTheFirstVersionOfControlGroups() {
        assertThat(usage("\"total_inactive_file\":400,\"inactive_file\":1").memory())
                .isEqualTo(600);
        assertThat(usage("\"total_inactive_file\":2000").memory()).isEqualTo(1000);
    }

    @Test
    void whatIsNotSaidIsZero() {
        ContainerUsage nothing = UsageMapping.usage(Json.read("{\"read\":\"2026-11-27T01:40:02Z\"}", JsonNode.class));

        assertThat(nothing).isEqualTo(new ContainerUsage("2026-11-27T01:40:02Z", 0, 0, 0, 0, 0, 0, 0, 0, 0));
    }

    private static ContainerUsage usage(String memory) {
        return UsageMapping.usage(Json.read(STATS.formatted(memory), JsonNode.class));
    }
}
