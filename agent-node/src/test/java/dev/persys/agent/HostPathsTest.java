package dev.persys.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.agent.HostPaths.Place;
import dev.persys.runtime.RuntimeFailure;
import dev.persys.runtime.RuntimeFailure.Kind;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where paths lead: by links in memory, and by those of a real file system, where the JDK has to say the same. */
final class HostPathsTest {
    private final Map<Path, Path> links = new HashMap<>();

    @TempDir
    Path temporary;

    private Path real;

    @BeforeEach
    void findOut() throws IOException {
        real = temporary.toRealPath();
    }

    @ParameterizedTest
    @CsvSource({
        "/,                    /",
        "/srv/data,            /srv/data",
        "/srv/data/,           /srv/data",
        "//srv/./data//x,      /srv/data/x",
        "/srv/data/../../etc,  /etc",
        "/../../etc,           /etc",
        "/srv/up/etc,          /etc",
        "/srv/abs/x,           /mnt/disk/x",
        "/srv/chain/x,         /mnt/disk/x",
        "/srv/dot/x,           /srv/data/x",
        "/srv/beyond,          /etc",
        "/srv/away/shadow,     /mnt/shadow",
        "/srv/away/up2/shadow, /shadow",
    })
    void eachLinkIsFollowedAsTheKernelDoes(String asked, String leads) {
        link("/srv/up", "..");
        link("/srv/abs", "/mnt/disk");
        link("/srv/chain", "second");
        link("/srv/second", "./third");
        link("/srv/third", "abs/.");
        link("/srv/dot", "./data/./");
        link("/srv/beyond", "../../../../etc");
        // What is above a link's end is above that end, and not above the link.
        link("/srv/away", "/mnt/disk/..");
        link("/mnt/up2", "..");

        assertThat(HostPaths.place(asked, this::target)).isEqualTo(new Place.At(Path.of(leads)));
    }

    /** Docker takes it out of what it is given before it follows links; both have to mean the same. */
    @Test
    void upInWhatIsAskedForIsTakenOutBeforeLinksAreFollowed() {
        link("/srv/data/link", "/srv/data/a/b/c");

        assertThat(HostPaths.place("/srv/data/link/../../x", this::target)).isEqualTo(new Place.At(Path.of("/srv/x")));
    }

    @Test
    void linksThatLeadInACircleLeadNowhere() {
        link("/srv/a", "b");
        link("/srv/b", "/srv/a");

        assertThat(HostPaths.place("/srv/a/x", this::target))
                .isInstanceOfSatisfying(
                        Place.Nowhere.class,
                        nowhere -> assertThat(nowhere.why()).contains("circle"));
    }

    @Test
    void whatMayNotBeLookedAtLeadsNowhere() {
        assertThat(HostPaths.place("/root/x", path -> {
                    throw new AccessDeniedException(path.toString());
                }))
                .isEqualTo(new Place.Nowhere("the agent's user may not look at /root"));
    }

    @Test
    void realLinksLeadWhereTheJdkSays() throws IOException {
        Path data = Files.createDirectories(real.resolve("srv/data/deep"));
        Files.createDirectories(real.resolve("secret/below"));
        Files.createSymbolicLink(real.resolve("srv/data/out"), Path.of("../../secret"));
        Files.createSymbolicLink(real.resolve("srv/data/chain"), real.resolve("srv/data/out"));
        Files.createSymbolicLink(real.resolve("srv/data/deep/up"), Path.of(".."));
        Files.createSymbolicLink(real.resolve("root"), real.resolve("srv"));
        for (String asked : List.of(
                "srv/data/out",
                "srv/data/chain/below",
                "srv/data/deep/up/out",
                "root/data/deep/up/deep/up/chain",
                "root/data/deep")) {
            Path path = real.resolve(asked);
            assertThat(place(path)).as(asked).isEqualTo(new Place.At(path.toRealPath()));
        }
        assertThat(data).isDirectory();
    }

    @Test
    void whatIsNotThereLeadsToWhereItWouldBe() throws IOException {
        Files.createSymbolicLink(real.resolve("dangling"), Path.of("nowhere/deep"));
        Files.createSymbolicLink(real.resolve("out"), Path.of("/etc"));

        assertThat(place(real.resolve("new/dir"))).isEqualTo(new Place.At(real.resolve("new/dir")));
        assertThat(place(real.resolve("dangling/x"))).isEqualTo(new Place.At(real.resolve("nowhere/deep/x")));
        assertThat(place(real.resolve("out/persys-no-such-thing")))
                .isEqualTo(new Place.At(Path.of("/etc/persys-no-such-thing")));
    }

    @Test
    void nothingIsBelowAFile() throws IOException {
        Path file = Files.writeString(real.resolve("file"), "");

        assertThat(place(file)).isEqualTo(new Place.At(file));
        assertThat(place(file.resolve("x"))).isInstanceOf(Place.Nowhere.class);
    }

    /** Docker would mount what it means for a process of Docker's. */
    @Test
    void linksThatLeadElsewhereForEachProcessAreNotFollowed() throws IOException {
        Files.createSymbolicLink(real.resolve("mine"), Path.of("/proc/self/cwd"));

        for (Path path : List.of(Path.of("/proc/self/root"), real.resolve("mine/x"), Path.of("/proc/self"))) {
            assertThat(place(path))
                    .isInstanceOfSatisfying(
                            Place.Nowhere.class,
                            nowhere -> assertThat(nowhere.why()).contains("each process"));
        }
        assertThat(place(Path.of("/proc/sys"))).isEqualTo(new Place.At(Path.of("/proc/sys")));
    }

    /** A locale that has no such letter cannot name the file; then nobody claims to know where it leads. */
    @Test
    void lettersOfAnyScriptAreTheSameFileOrNone() throws IOException {
        String asked = real + "/d\u00e4ten";
        Place place = HostPaths.place(asked, HostPaths::target);
        if (place instanceof Place.At at) {
            Files.createDirectory(at.path());
            Files.createSymbolicLink(real.resolve("l"), at.path());
            assertThat(place(real.resolve("l"))).isEqualTo(place);
            assertThat(place(real.resolve("da\u0308ten")))
                    .as("other bytes are another file")
                    .isNotEqualTo(place);
        } else {
            assertThat(((Place.Nowhere) place).why()).contains("locale");
        }
    }

    @Test
    void fileSystemThatNeverAnswersIsAskedAgainLater() {
        HostPaths hung = new HostPaths(look -> {}, Duration.ofMillis(10));

        assertThatThrownBy(() ->
                        hung.resolve(Set.of("/srv/data")).toCompletableFuture().join())
                .satisfies(
                        thrown -> assertThat(RuntimeFailure.from(thrown).kind()).isEqualTo(Kind.NOT_NOW))
                .hasMessageContaining("/srv/data did not answer");
    }

    private Optional<Path> target(Path path) {
        return Optional.ofNullable(links.get(path));
    }

    private void link(String path, String target) {
        links.put(Path.of(path), Path.of(target));
    }

    private static Place place(Path path) {
        return HostPaths.place(path.toString(), HostPaths::target);
    }
}
