package dev.persys.agent.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectImageResponse;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.Info;
import dev.persys.runtime.ContainerLabels;
import dev.persys.runtime.ContainerSpec;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Makes containers, from what is asked for and from what their image and Docker itself say. Blocks. */
final class ContainerCreation {
    private static final int ATTEMPTS = 3;

    private final DockerClient docker;
    private final DockerSettings settings;

    /** As Docker named it last. */
    private volatile Optional<String> loggingDriver = Optional.empty();

    ContainerCreation(DockerClient docker, DockerSettings settings) {
        this.docker = docker;
        this.settings = settings;
    }

    /** A restarted Docker may have another. */
    void forgetLoggingDriver() {
        loggingDriver = Optional.empty();
    }

    Info info() {
        Info info = docker.infoCmd().exec();
        loggingDriver = Optional.ofNullable(info.getLoggingDriver());
        return info;
    }

    /**
     * The label says which image the container was made from; between the look at the image and the creation its name
     * may come to mean another one. Then the container goes again, and the next one says what this one was made from.
     */
    String create(ContainerSpec spec) {
        InspectImageResponse image = docker.inspectImageCmd(spec.image()).exec();
        String imageId = image.getId();
        for (int i = 0; i < ATTEMPTS; i++) {
            String id = createCommand(spec, image, imageId).exec().getId();
            String madeFrom = docker.inspectContainerCmd(id).exec().getImageId();
            if (imageId.equals(madeFrom)) {
                return id;
            }
            docker.removeContainerCmd(id).withForce(true).exec();
            image = docker.inspectImageCmd(spec.image()).exec();
            imageId = madeFrom;
        }
        throw new RuntimeFailure(Kind.NOT_NOW, "the image " + spec.image() + " is another one at every look at it");
    }

    private CreateContainerCmd createCommand(ContainerSpec spec, InspectImageResponse image, String imageId) {
        HostConfig host = ContainerMapping.hostConfig(spec, settings.publishAddress());
        String driver = loggingDriver
                .or(() -> Optional.ofNullable(info().getLoggingDriver()))
                .orElse("");
        ContainerMapping.logConfig(driver, settings).ifPresent(host::withLogConfig);
        host.withMounts(ContainerMapping.imageVolumes(spec, declaredVolumes(image)));
        Map<String, String> labels = new HashMap<>(spec.labels());
        labels.put(ContainerLabels.IMAGE, imageId);
        CreateContainerCmd command = docker.createContainerCmd(spec.image())
                .withName(spec.name())
                .withLabels(labels)
                .withEnv(ContainerMapping.environment(spec))
                .withStopTimeout(DockerContainerRuntime.wholeSeconds(spec.stopGracePeriod()))
                .withExposedPorts(ContainerMapping.exposedPorts(spec))
                .withHostConfig(host);
        if (!spec.entrypoint().isEmpty()) {
            command.withEntrypoint(spec.entrypoint());
        }
        if (!spec.command().isEmpty()) {
            command.withCmd(spec.command());
        }
        ContainerMapping.healthCheck(spec).ifPresent(command::withHealthcheck);
        spec.user().ifPresent(command::withUser);
        spec.workingDir().ifPresent(command::withWorkingDir);
        if (spec.options().stdinOpen()) {
            command.withStdinOpen(true).withStdInOnce(spec.options().stdinOnce());
        }
        if (spec.options().tty()) {
            command.withTty(true);
        }
        spec.options().hostname().ifPresent(command::withHostName);
        spec.options().stopSignal().ifPresent(command::withStopSignal);
        return command;
    }

    private static Set<String> declaredVolumes(InspectImageResponse image) {
        return Optional.ofNullable(image.getConfig())
                .map(ContainerConfig::getVolumes)
                .<Set<String>>map(Map::keySet)
                .orElse(Set.of());
    }
}
