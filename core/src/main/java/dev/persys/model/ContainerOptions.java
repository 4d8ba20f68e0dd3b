package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What few containers need to say of their surroundings. In JSON these stand beside the other fields of a workload, and
 * only where they say something: who does not know them yet is not bothered with their defaults.
 *
 * @param hostname inside the container; absent is the beginning of the container's id
 * @param init whether the first process is one of Docker's that passes signals on and reaps what is left
 * @param readOnly whether the container's own file system can only be read
 * @param capAdd capabilities beside Docker's own, without {@code CAP_}; {@code ALL} is every one
 * @param capDrop capabilities of Docker's own that it does not get, written likewise
 * @param stopSignal asks the container to end, such as {@code SIGQUIT}; absent is the image's, or {@code SIGTERM}
 * @param dns IP addresses of the name servers, in place of the node's
 * @param stdinOpen whether its standard input stays open although nobody is attached; it is at its end otherwise
 * @param tty whether its standard streams are a terminal
 * @param startAttached whether the first start of a new container waits, for a while, for somebody to attach, who then
 *     misses nothing of what it prints; where there is a standard input, it ends with that session, unless that is a terminal
 * @param autoRemove whether the workload is removed once it has ended for good
 * @param secretEnv environment variables, each with the name of the secret whose value it is given at the start; the values
 *     are no part of what is asked for
 */
public record ContainerOptions(
        Optional<String> hostname,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean init,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean readOnly,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Tmpfs> tmpfs,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> capAdd,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> capDrop,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Ulimit> ulimits,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ExtraHost> extraHosts,
        Optional<String> stopSignal,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> dns,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean stdinOpen,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean tty,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean startAttached,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean autoRemove,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, String> secretEnv) {

    /** All as the image and Docker have it. */
    public static final ContainerOptions NONE = new ContainerOptions(
            Optional.empty(),
            false,
            false,
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            List.of(),
            false,
            false,
            false,
            false);

    public ContainerOptions {
        Present.value(hostname, "hostname");
        Present.value(stopSignal, "stopSignal");
        tmpfs = Present.list(tmpfs, "tmpfs");
        capAdd = Present.list(capAdd, "capAdd");
        capDrop = Present.list(capDrop, "capDrop");
        ulimits = Present.list(ulimits, "ulimits");
        extraHosts = Present.list(extraHosts, "extraHosts");
        dns = Present.list(dns, "dns");
        secretEnv = Present.map(secretEnv, "secretEnv");
    }

    /** That is given no secrets. */
    public ContainerOptions(
            Optional<String> hostname,
            boolean init,
            boolean readOnly,
            List<Tmpfs> tmpfs,
            List<String> capAdd,
            List<String> capDrop,
            List<Ulimit> ulimits,
            List<ExtraHost> extraHosts,
            Optional<String> stopSignal,
            List<String> dns,
            boolean stdinOpen,
            boolean tty,
            boolean startAttached,
            boolean autoRemove) {
        this(
                hostname,
                init,
                readOnly,
                tmpfs,
                capAdd,
                capDrop,
                ulimits,
                extraHosts,
                stopSignal,
                dns,
                stdinOpen,
                tty,
                startAttached,
                autoRemove,
                Map.of());
    }

    /** What is absent is as in {@link #NONE}. */
    @JsonCreator
    public static ContainerOptions of(
            @JsonProperty("hostname") Optional<String> hostname,
            @JsonProperty("init") Optional<Boolean> init,
            @JsonProperty("readOnly") Optional<Boolean> readOnly,
            @JsonProperty("tmpfs") Optional<List<Tmpfs>> tmpfs,
            @JsonProperty("capAdd") Optional<List<String>> capAdd,
            @JsonProperty("capDrop") Optional<List<String>> capDrop,
            @JsonProperty("ulimits") Optional<List<Ulimit>> ulimits,
            @JsonProperty("extraHosts") Optional<List<ExtraHost>> extraHosts,
            @JsonProperty("stopSignal") Optional<String> stopSignal,
            @JsonProperty("dns") Optional<List<String>> dns,
            @JsonProperty("stdinOpen") Optional<Boolean> stdinOpen,
            @JsonProperty("tty") Optional<Boolean> tty,
            @JsonProperty("startAttached") Optional<Boolean> startAttached,
            @JsonProperty("autoRemove") Optional<Boolean> autoRemove,
            @JsonProperty("secretEnv") Optional<Map<String, String>> secretEnv) {
        return new ContainerOptions(
                hostname,
                init.orElse(NONE.init),
                readOnly.orElse(NONE.readOnly),
                tmpfs.orElse(NONE.tmpfs),
                capAdd.orElse(NONE.capAdd),
                capDrop.orElse(NONE.capDrop),
                ulimits.orElse(NONE.ulimits),
                extraHosts.orElse(NONE.extraHosts),
                stopSignal,
                dns.orElse(NONE.dns),
                stdinOpen.orElse(NONE.stdinOpen),
                tty.orElse(NONE.tty),
                startAttached.orElse(NONE.startAttached),
                autoRemove.orElse(NONE.autoRemove),
                secretEnv.orElse(NONE.secretEnv));
    }

    /** The same with these secrets. */
    public ContainerOptions withSecretEnv(Map<String, String> others) {
        return new ContainerOptions(
                hostname,
                init,
                readOnly,
                tmpfs,
                capAdd,
                capDrop,
                ulimits,
                extraHosts,
                stopSignal,
                dns,
                stdinOpen,
                tty,
                startAttached,
                autoRemove,
                others);
    }

    /** Whether standard input belongs to one session alone, and ends with it. */
    public boolean stdinOnce() {
        return stdinOpen && startAttached;
    }
}
