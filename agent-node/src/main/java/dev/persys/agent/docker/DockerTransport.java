package dev.persys.agent.docker;

import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** How connections to Docker are made, by whatever speaks to it. */
final class DockerTransport {
    /** A plain socket cannot be interrupted: this frees its thread in the end. */
    private static final Duration TCP_READ_TIMEOUT = Duration.ofMinutes(10);

    private DockerTransport() {}

    /**
     * Docker's address is the settings' alone: docker-java's own default would read Docker's variables and contexts
     * besides, and fail at what it cannot read there. The variables for TLS are taken as Docker's client takes them.
     */
    static DefaultDockerClientConfig config(DockerSettings settings) {
        return new DefaultDockerClientConfig.Builder()
                .withDockerHost(settings.host().toString())
                .withDockerTlsVerify(System.getenv("DOCKER_TLS_VERIFY"))
                .withDockerCertPath(Optional.ofNullable(System.getenv("DOCKER_CERT_PATH"))
                        .orElseGet(settings.clientConfigDir()::toString))
                .build();
    }

    static DockerHttpClient open(DockerSettings settings, DefaultDockerClientConfig config, int connections) {
        ApacheDockerHttpClient.Builder builder = new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .maxConnections(connections)
                .connectionTimeout(settings.callTimeout());
        if (!"unix".equals(settings.host().getScheme())) {
            builder.responseTimeout(TCP_READ_TIMEOUT);
        }
        return builder.build();
    }

    static ThreadFactory daemonThreads(String name) {
        AtomicInteger number = new AtomicInteger();
        return work -> {
            Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }
}
