package dev.persys.agent;

import dev.persys.agent.HostPaths.Place;
import dev.persys.agent.docker.DockerCapabilities;
import dev.persys.api.RunOrder;
import dev.persys.model.Ulimit;
import dev.persys.model.VolumeMount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a workload may touch of its node beyond what Docker gives every container. Pure: where paths lead is found out by
 * {@link HostPaths}.
 *
 * @param hostPaths what may be mounted
 * @param networks of the node's own, beside Docker's
 * @param privileges capabilities beside Docker's own, or {@link DockerCapabilities#ALL}
 */
public record Allowed(List<Tree> hostPaths, Set<String> networks, Set<String> privileges) {
    static final String HOST_PATHS = "persys.agent.allow.host-paths";
    static final String NETWORKS = "persys.agent.allow.networks";
    static final String PRIVILEGES = "persys.agent.allow.privileges";

    /** The network of the node itself, by Docker's name. */
    static final String HOST_NETWORK = "host";

    static final Allowed NOTHING = new Allowed(List.of(), Set.of(), Set.of());

    private static final String ROOT = "/";

    /** Limits by which a process comes before all others of the node, which is what this capability is about. */
    private static final Set<String> PRIORITIES = Set.of("nice", "rtprio");

    private static final String PRIORITY = "SYS_NICE";

    /**
     * A path of the node and all below it.
     *
     * @param path absolute, as written
     */
    public record Tree(String path, boolean readOnly) {
        @Override
        public String toString() {
            return readOnly ? path + ":ro" : path;
        }
    }

    /**
     * What is asked for and not allowed.
     *
     * @param what in a few words
     * @param sentence with the setting, and what to do
     */
    record Refusal(String what, String sentence) {}

    public Allowed {
        hostPaths = List.copyOf(hostPaths);
        networks = Set.copyOf(networks);
        privileges = Set.copyOf(privileges);
    }

    /** Whether {@code order} asks for anything that is not anybody's. */
    boolean limits(RunOrder order) {
        return refusedNetwork(order).isPresent()
                || refusedPrivilege(order).isPresent()
                || mounts(order).findAny().isPresent();
    }

    /** Of which paths {@link #refusal} has to know where they lead. */
    Set<String> toLookAt(RunOrder order) {
        Set<String> sources = mounts(order).map(VolumeMount::source).collect(Collectors.toSet());
        return sources.isEmpty() || hostPaths.isEmpty()
                ? Set.of()
                : Stream.concat(sources.stream(), hostPaths.stream().map(Tree::path))
                        .collect(Collectors.toSet());
    }

    /** Why the container of {@code order} is not made or started; empty where it may be. */
    Optional<Refusal> refusal(RunOrder order, Map<String, Place> places) {
        return refusedNetwork(order)
                .or(() -> refusedPrivilege(order))
                .or(() -> mounts(order)
                        .flatMap(mount -> refusedMount(mount, places).stream())
                        .findFirst());
    }

    /** Mounts of the node's files; none where all of these are allowed, wherever a link leads. */
    private Stream<VolumeMount> mounts(RunOrder order) {
        return hostPaths.contains(new Tree(ROOT, false))
                ? Stream.empty()
                : order.volumes().stream().filter(mount -> mount.source().startsWith(ROOT));
    }

    private Optional<Refusal> refusedNetwork(RunOrder order) {
        return order.network()
                .filter(network -> network.equals(HOST_NETWORK) || network.indexOf(':') >= 0)
                .filter(network -> !networks.contains(network))
                .map(network -> network.equals(HOST_NETWORK)
                        ? new Refusal(
                                "network host",
                                "it asks for network host, the node's own, and " + NETWORKS + " does not list it; "
                                        + "use bridge and publish ports, or add \"host\" there and restart the agent")
                        : new Refusal(
                                "network " + network,
                                "it asks for network " + network + ", another container's, which no setting allows; "
                                        + "name a network of the node"));
    }

    private Optional<Refusal> refusedPrivilege(RunOrder order) {
        Optional<Refusal> capability = order.options().capAdd().stream()
                .filter(name -> !isAllowed(name))
                .findFirst()
                .map(name -> refusedPrivilege("capability " + name, name));
        return capability.or(() -> order.options().ulimits().stream()
                .map(Ulimit::name)
                .filter(name -> PRIORITIES.contains(name) && !isAllowed(PRIORITY))
                .findFirst()
                .map(name -> refusedPrivilege("ulimit " + name, PRIORITY)));
    }

    private static Refusal refusedPrivilege(String what, String privilege) {
        return new Refusal(
                what,
                "it asks for " + what + ", more than Docker gives every container, and " + PRIVILEGES
                        + " does not list it; leave it out, or add \"" + privilege + "\" there and restart the agent");
    }

    private boolean isAllowed(String capability) {
        return DockerCapabilities.DEFAULTS.contains(capability)
                || privileges.contains(capability)
                || privileges.contains(DockerCapabilities.ALL);
    }

    private Optional<Refusal> refusedMount(VolumeMount mount, Map<String, Place> places) {
        String source = mount.source();
        String what = "host path " + source;
        if (hostPaths.isEmpty()) {
            return Optional.of(new Refusal(what, "it asks for " + what + remedy(source, "does not list it")));
        }
        Place place = places.getOrDefault(source, new Place.Nowhere("nobody has looked at it"));
        if (place instanceof Place.Nowhere nowhere) {
            return Optional.of(new Refusal(
                    what,
                    "it asks for " + what + ", and where that leads cannot be told (" + nowhere.why()
                            + "), so that it is not known to be in " + HOST_PATHS
                            + "; make that possible, or use a named volume"));
        }
        Path real = ((Place.At) place).path();
        List<Tree> around =
                hostPaths.stream().filter(tree -> isIn(tree, real, places)).toList();
        if (around.stream().anyMatch(tree -> !tree.readOnly() || mount.readOnly())) {
            return Optional.empty();
        }
        String led = real.toString().equals(source) ? "" : ", which leads to " + real;
        return Optional.of(new Refusal(
                what,
                around.isEmpty()
                        ? "it asks for " + what + led + remedy(real.toString(), "does not list that")
                        : "it asks for " + what + led + ", to write there, and " + HOST_PATHS + " has it as "
                                + around.get(0) + "; mount it with :ro"));
    }

    private static String remedy(String path, String missing) {
        return ", and " + HOST_PATHS + " " + missing + "; use a named volume, or add \"" + path
                + "\" there (with :ro to read it only) and restart the agent";
    }

    private static boolean isIn(Tree tree, Path real, Map<String, Place> places) {
        return places.get(tree.path()) instanceof Place.At root && real.startsWith(root.path());
    }
}
