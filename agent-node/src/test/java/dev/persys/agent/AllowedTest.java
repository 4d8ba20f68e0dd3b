package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.agent.Allowed.Refusal;
import dev.persys.agent.HostPaths.Place;
import dev.persys.api.RunOrder;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Ulimit;
import dev.persys.model.VolumeMount;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What an order may ask for, on a file system with links in it. */
final class AllowedTest {
    @TempDir
    Path temporary;

    private Path root;

    @BeforeEach
    void makeFiles() throws IOException {
        root = temporary.toRealPath();
        Files.createDirectories(root.resolve("data/below"));
        Files.createDirectories(root.resolve("data2"));
        Files.createDirectories(root.resolve("secret"));
        Files.createSymbolicLink(root.resolve("data/out"), root.resolve("secret"));
        Files.createSymbolicLink(root.resolve("data/dangling"), root.resolve("secret/none"));
        Files.createSymbolicLink(root.resolve("data/in"), Path.of("below"));
        Files.createSymbolicLink(root.resolve("data/below/up"), Path.of("../.."));
        Files.createSymbolicLink(root.resolve("link"), root.resolve("data"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"data", "data/", "data/below", "data/./below//", "data/in", "data/new/dir", "link", "link/in"})
    void whatIsAllowedOrBelowItIsMounted(String source) {
        assertThat(refusal(List.of("data"), source, false)).isEmpty();
        assertThat(refusal(List.of("link"), source, false))
                .as("by the name of a link")
                .isEmpty();
        assertThat(refusal(List.of("secret", "data"), source, true)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "data2",
                "secret",
                "data/out",
                "data/out/x",
                "data/dangling",
                "data/below/up",
                "data/below/up/secret",
                "link/below/up/data2",
                "data/../secret",
                "dat"
            })
    void whatLeadsOutOfItIsRefused(String source) {
        for (String entry : List.of("data", "link")) {
            assertThat(refusal(List.of(entry), source, true))
                    .get()
                    .satisfies(refusal -> assertThat(refusal.sentence()).contains(Allowed.HOST_PATHS, "named volume"));
        }
    }

    @Test
    void refusalSaysWhatWasAskedForWhereThatLeadsAndWhatToDo() {
        String source = root.resolve("data/out").toString();

        assertThat(refusal(List.of("data"), "data/out", false))
                .contains(new Refusal(
                        "host path " + source,
                        "it asks for host path " + source + ", which leads to " + root.resolve("secret")
                                + ", and persys.agent.allow.host-paths does not list that; use a named volume, or add \""
                                + root.resolve("secret")
                                + "\" there (with :ro to read it only) and restart the agent"));
    }

    @Test
    void whatMayBeReadIsNotWritten() {
        assertThat(refusal(List.of("data:ro"), "data/below", true)).isEmpty();
        assertThat(refusal(List.of("data:ro"), "data/below", false))
                .get()
                .satisfies(refusal -> assertThat(refusal.sentence())
                        .endsWith("to write there, and persys.agent.allow.host-paths has it as " + root.resolve("data")
                                + ":ro; mount it with :ro"));
        assertThat(refusal(List.of("data:ro", "data/below"), "data/in", false)).isEmpty();
    }

    @Test
    void nothingIsLookedAtWhereThatDecidesNothing() {
        RunOrder bind = order(new VolumeMount("/srv", "/d", false));
        RunOrder named = order(new VolumeMount("data", "/d", false));
        Allowed everything = new Allowed(List.of(new Allowed.Tree("/", false)), Set.of(), Set.of());

        assertThat(Allowed.NOTHING.toLookAt(bind)).isEmpty();
        assertThat(Allowed.NOTHING.refusal(bind, Map.of())).isPresent();
        assertThat(Allowed.NOTHING.limits(named)).isFalse();
        assertThat(everything.limits(bind)).isFalse();
        assertThat(everything.refusal(bind, Map.of())).isEmpty();
        assertThat(allowed(List.of("data")).refusal(bind, Map.of()))
                .as("nobody has looked")
                .isPresent();
    }

    @Test
    void everyMountCounts() {
        List<VolumeMount> mounts = List.of(
                new VolumeMount("named", "/n", false),
                new VolumeMount(root.resolve("data").toString(), "/d", false),
                new VolumeMount(root.resolve("secret").toString(), "/s", true));

        assertThat(refusal(allowed(List.of("data")), order(mounts)))
                .map(Refusal::what)
                .contains("host path " + root.resolve("secret"));
    }

    @ParameterizedTest
    @CsvSource({
        "host,         false, true",
        "bridge,       true,  true",
        "none,         true,  true",
        "default,      true,  true",
        "front,        true,  true",
        "Host,         true,  true",
        "container:c0, false, false",
    })
    void networkOfTheNodeOrOfAnotherContainerIsNotAnybodys(String network, boolean usually, boolean withHost) {
        RunOrder order =
                Samples.touching(Samples.workload(), 1, List.of(), Optional.of(network), ContainerOptions.NONE);

        assertThat(refusal(Allowed.NOTHING, order).isEmpty()).isEqualTo(usually);
        assertThat(refusal(
                                Samples.settings("persys.agent.allow.networks = [host]")
                                        .allowed(),
                                order)
                        .isEmpty())
                .isEqualTo(withHost);
        assertThat(Allowed.NOTHING.limits(order)).isEqualTo(!usually);
        refusal(Allowed.NOTHING, order)
                .ifPresent(refusal -> assertThat(refusal.sentence()).contains("network " + network));
    }

    @ParameterizedTest
    @CsvSource({
        "CHOWN,            '',        true",
        "NET_BIND_SERVICE, '',        true",
        "NET_ADMIN,        '',        false",
        "NET_ADMIN,        NET_ADMIN, true",
        "NET_ADMIN,        SYS_ADMIN, false",
        "NET_ADMIN,        ALL,       true",
        "ALL,              SYS_ADMIN, false",
        "ALL,              ALL,       true",
        "nofile=1024,      '',        true",
        "rtprio=99,        '',        false",
        "nice=40,          '',        false",
        "nice=40,          SYS_NICE,  true",
        "rtprio=99,        ALL,       true",
    })
    void whatDockerGivesNoContainerIsNotAnybodys(String wanted, String privilege, boolean isAllowed) {
        RunOrder order = Samples.touching(Samples.workload(), 1, List.of(), Optional.empty(), privileged(wanted));
        Allowed allowed = Samples.settings(
                        "persys.agent.allow.privileges = [" + (privilege.isEmpty() ? "" : privilege) + "]")
                .allowed();

        assertThat(refusal(allowed, order).isEmpty()).isEqualTo(isAllowed);
        assertThat(allowed.limits(order)).isEqualTo(!isAllowed);
        refusal(allowed, order)
                .ifPresent(refusal -> assertThat(refusal.sentence())
                        .contains(
                                Allowed.PRIVILEGES,
                                Ulimit.parse(wanted).map(Ulimit::name).orElse(wanted)));
    }

    private static ContainerOptions privileged(String wanted) {
        Optional<Ulimit> ulimit = Ulimit.parse(wanted);
        return ContainerOptions.of(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                ulimit.isPresent() ? Optional.empty() : Optional.of(List.of(wanted)),
                Optional.of(List.of("ALL")),
                ulimit.map(List::of),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** @param entries below the test's directory, as in the settings */
    private Allowed allowed(List<String> entries) {
        return Samples.settings("persys.agent.allow.host-paths = ["
                        + entries.stream()
                                .map(entry -> "\"" + root.resolve(entry) + "\"")
                                .collect(Collectors.joining(", "))
                        + "]")
                .allowed();
    }

    private Optional<Refusal> refusal(List<String> entries, String source, boolean readOnly) {
        return refusal(allowed(entries), order(new VolumeMount(root + "/" + source, "/d", readOnly)));
    }

    private static Optional<Refusal> refusal(Allowed allowed, RunOrder order) {
        Map<String, Place> places = allowed.toLookAt(order).stream()
                .collect(Collectors.toMap(Function.identity(), path -> HostPaths.place(path, HostPaths::target)));
        return allowed.refusal(order, places);
    }

    private static RunOrder order(VolumeMount mount) {
        return order(List.of(mount));
    }

    private static RunOrder order(List<VolumeMount> mounts) {
        return Samples.touching(Samples.workload(), 1, mounts, Optional.empty(), ContainerOptions.NONE);
    }
}
