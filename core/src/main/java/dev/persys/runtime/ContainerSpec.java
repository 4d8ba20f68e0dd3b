package dev.persys.runtime;

import dev.persys.model.ContainerOptions;
import dev.persys.model.HealthCheck;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Resources;
import dev.persys.model.VolumeMount;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A container to be made. The engine restarts it never by itself: the agent does, or the scheduler, and a third one would
 * be one too many. Its text form never shows the environment.
 *
 * @param entrypoint empty keeps the image's own
 * @param command what follows the entry point; empty keeps the image's own, unless there is an entry point here
 * @param reserved what it can count on: its share of the processor where others want that too; zero is the engine's
 *     own default
 * @param limits enforced by the engine. Memory includes swap: the container gets no more
 * @param stopGracePeriod kept with the container, for whoever stops it without saying how long
 * @param healthCheck the engine runs what is to run in the container, and nothing in the place of the image's own where
 *     the agent does the checking; absent, and it runs the image's own
 */
public record ContainerSpec(
        String name,
        String image,
        Map<String, String> labels,
        List<String> entrypoint,
        List<String> command,
        Map<String, String> env,
        Resources reserved,
        Limits limits,
        List<PortMapping> ports,
        List<VolumeMount> volumes,
        Optional<String> network,
        Optional<String> user,
        Optional<String> workingDir,
        Duration stopGracePeriod,
        Optional<HealthCheck> healthCheck,
        ContainerOptions options) {
    public ContainerSpec {
        labels = Map.copyOf(labels);
        entrypoint = List.copyOf(entrypoint);
        command = List.copyOf(command);
        env = Map.copyOf(env);
        ports = List.copyOf(ports);
        volumes = List.copyOf(volumes);
    }

    /** A container with nothing but a name, an image, labels and a command. */
    public static ContainerSpec of(String name, String image, Map<String, String> labels, List<String> command) {
        return new ContainerSpec(
                name,
                image,
                labels,
                List.of(),
                command,
                Map.of(),
                Resources.NONE,
                Limits.NONE,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Duration.ofSeconds(10),
                Optional.empty(),
                ContainerOptions.NONE);
    }

    @Override
    public String toString() {
        return "ContainerSpec[" + name + " " + image + "]";
    }
}
