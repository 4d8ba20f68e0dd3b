package dev.persys.scheduler.testing;

import dev.persys.model.HostPort;
import dev.persys.model.Limits;
import dev.persys.model.PortMapping;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.WorkloadSpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Specifications that differ from the defaults in what a test is about. */
public final class Specs {
    public static final WorkloadSpec WEB = WorkloadSpec.of("web", "nginx:1");

    private Specs() {}

    public static WorkloadSpec wanting(String name, Resources resources) {
        return spec(name, Map.of(), resources, List.of(), RestartPolicy.NEVER);
    }

    public static WorkloadSpec restarting(String name, RestartPolicy policy) {
        return spec(name, Map.of(), Resources.DEFAULT_REQUEST, List.of(), policy);
    }

    public static WorkloadSpec withEnvironment(String name, Map<String, String> environment) {
        return spec(name, environment, Resources.DEFAULT_REQUEST, List.of(), RestartPolicy.NEVER);
    }

    /** On a port of its node. */
    public static WorkloadSpec publishing(String name, HostPort port) {
        PortMapping mapping = new PortMapping(Optional.empty(), 80, Optional.of(port.port()), port.protocol());
        return spec(name, Map.of(), Resources.DEFAULT_REQUEST, List.of(mapping), RestartPolicy.NEVER);
    }

    private static WorkloadSpec spec(
            String name,
            Map<String, String> environment,
            Resources resources,
            List<PortMapping> ports,
            RestartPolicy policy) {
        return new WorkloadSpec(
                name,
                WEB.type(),
                WEB.image(),
                List.of(),
                List.of(),
                List.of(),
                environment,
                resources,
                Limits.NONE,
                ports,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                policy,
                Map.of(),
                Map.of(),
                WEB.stopGracePeriod(),
                WEB.pullPolicy(),
                Optional.empty(),
                Optional.empty());
    }
}
