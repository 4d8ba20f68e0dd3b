package dev.persys.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.util.Map;
import java.util.UUID;

/** Docker's own API, used as the agent uses it: the other side of every figure of containers. */
final class RawDocker implements AutoCloseable {
    private static final int SHARES_PER_CORE = 1024;
    private static final long BYTES_PER_MIB = 1024 * 1024;
    private static final int CONNECTIONS = 32;

    private final DockerClient client;
    private final String image;
    private final double cores;
    private final long memoryMib;

    /** Containers of {@code image}, all of which sleep; {@code memoryMib} is a limit, or none where it is zero. */
    RawDocker(String image, double cores, long memoryMib) {
        this.image = image;
        this.cores = cores;
        this.memoryMib = memoryMib;
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        this.client = DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .maxConnections(CONNECTIONS)
                        .build());
    }

    DockerClient client() {
        return client;
    }

    /** Creates and starts one; its id. */
    String start() {
        String id = client.createContainerCmd(image)
                .withName("bench-" + UUID.randomUUID())
                .withCmd("sleep", "600")
                .withLabels(Map.of("bench", "raw"))
                .withHostConfig(hostConfig())
                .exec()
                .getId();
        client.startContainerCmd(id).exec();
        return id;
    }

    /** What an agent makes of the same amounts. */
    private HostConfig hostConfig() {
        HostConfig host = HostConfig.newHostConfig().withCpuShares((int) (cores * SHARES_PER_CORE));
        return memoryMib == 0
                ? host
                : host.withMemory(memoryMib * BYTES_PER_MIB).withMemorySwap(memoryMib * BYTES_PER_MIB);
    }

    void kill(String container) {
        client.killContainerCmd(container).exec();
    }

    Void remove(String container) {
        client.removeContainerCmd(container).withForce(true).exec();
        return null;
    }

    @Override
    public void close() throws IOException {
        client.close();
    }
}
