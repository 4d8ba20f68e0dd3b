package dev.persys.agent.docker;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How Docker is reached and how long it may take. The defaults, with their reasons, are in {@code reference.conf} under
 * {@code persys.agent.docker}.
 *
 * @param host {@code unix:///path} or {@code tcp://host:port}
 * @param tellEngineId whether the scheduler is told what the engine calls itself, so that no two nodes are one engine
 * @param callTimeout of a quick call; a stop may take its grace period longer
 * @param startTimeout of making or starting a container
 * @param pingTimeout of the call that tells whether Docker answers
 * @param pullTimeout of a whole fetch
 * @param pullStallTimeout how long a fetch may show no progress
 * @param maxCalls calls under way at once
 * @param maxQueuedCalls calls that wait for one of those; more are refused
 * @param maxStops stops and removals under way at once, beside the other calls
 * @param maxStreams fetches, followed logs and event streams at once
 * @param maxSessions sessions in containers at once
 * @param publishAddress the node's address on which ports are published
 * @param registryCredentialsDir a directory of {@code <name>.json} files
 * @param clientConfigDir where Docker's own client keeps what this user has logged in to
 * @param credentialHelperTimeout of a program that such a login names
 * @param logMaxSize bytes of a container's output in one file; 0 leaves the output to Docker's own configuration
 * @param logMaxFiles how many such files a container has at most
 */
public record DockerSettings(
        URI host,
        boolean tellEngineId,
        Duration callTimeout,
        Duration startTimeout,
        Duration pingTimeout,
        Duration pullTimeout,
        Duration pullStallTimeout,
        int maxCalls,
        int maxQueuedCalls,
        int maxStops,
        int maxStreams,
        int maxSessions,
        String publishAddress,
        Path registryCredentialsDir,
        Path clientConfigDir,
        Duration credentialHelperTimeout,
        long logMaxSize,
        int logMaxFiles) {}
