package dev.persys.ca;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.model.ClusterId;
import dev.persys.trust.Credentials;
import dev.persys.trust.Keys;
import dev.persys.trust.Renewal;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class OwnCredentialsTest {
    private static final ClusterId CLUSTER = new ClusterId("c-1");
    private static final SpiffeId WHOSE = new SpiffeId(CLUSTER, Role.SCHEDULER, "s-1");
    private static final Duration LIFE = Duration.ofDays(30);

    @TempDir
    private Path above;

    private final List<String> warnings = new ArrayList<>();
    private Instant now = ForeignRoots.moment();
    private AuthorityDirectory directory;
    private CredentialsPaths kept;
    private X509Certificate previous;
    private Supplier<Credentials> own;

    @BeforeEach
    void prepare() throws IOException {
        directory = new AuthorityDirectory(above.resolve("ca"));
        kept = new CredentialsPaths(
                above.resolve("certificate.pem"), above.resolve("key.pem"), above.resolve("roots.pem"));
        own = start();
        previous = root();
    }

    /** As a process that has just been started has it. Its clock that nobody sets passes by ten seconds with each look. */
    private Supplier<Credentials> start() throws IOException {
        long[] nanos = {0};
        StandingAuthority opened = StandingAuthority.open(
                directory,
                CLUSTER,
                () -> now,
                () -> nanos[0] += TimeUnit.SECONDS.toNanos(10),
                ForeignRoots.RANDOM,
                warnings::add);
        return opened.credentials(WHOSE, LIFE, List.of(), kept);
    }

    private X509Certificate root() throws IOException {
        return directory.open().roots().signing();
    }

    private X509Certificate rotated() throws IOException {
        directory.change(old -> old.rotated(now, ForeignRoots.RANDOM));
        return root();
    }

    private static X509Certificate shownRoot(Credentials some) {
        return some.chain().get(1);
    }

    @Test
    void previousRootIsShownUntilTheChangeIsFinishedAlsoAfterAStart() throws IOException {
        Credentials before = own.get();
        X509Certificate next = rotated();
        for (Supplier<Credentials> process : List.of(own, start())) {
            Credentials between = process.get();
            assertThat(between.chain()).isEqualTo(before.chain()).contains(previous);
            assertThat(between.key()).isEqualTo(before.key());
            assertThat(between.roots()).containsExactly(next, previous);
            assertThat(process.get()).isSameAs(between);
        }
        assertThat(Files.getPosixFilePermissions(kept.key())).hasSize(2);

        directory.change(CertificateAuthority::finished);
        Credentials after = own.get();
        assertThat(shownRoot(after)).isEqualTo(next);
        assertThat(after.roots()).containsExactly(next);
        assertThat(shownRoot(start().get())).isEqualTo(next);
        assertThat(warnings).isEmpty();
    }

    @Test
    void nextRootIsShownWhereLittleIsLeftByThePreviousOne() throws IOException {
        Credentials before = own.get();
        X509Certificate next = rotated();
        now = now.plus(Duration.ofDays(26));
        assertThat(own.get().chain()).as("due, and of use").isEqualTo(before.chain());
        now = now.plus(Duration.ofDays(2));
        Credentials after = own.get();
        assertThat(shownRoot(after)).isEqualTo(next);
        assertThat(own.get()).isSameAs(after);
        directory.change(CertificateAuthority::finished);
        assertThat(own.get().chain()).isEqualTo(after.chain());
        assertThat(own.get().roots()).containsExactly(next);
    }

    @Test
    void whereNoneIsKeptInAChangeTheNextOneSignsAndThatIsTold() throws IOException {
        var unused = own.get();
        X509Certificate next = rotated();
        Files.delete(kept.key());
        assertThat(shownRoot(start().get())).isEqualTo(next);
        assertThat(warnings).singleElement().asString().contains("has not the next root yet");
    }

    @Test
    void whatWasMadeWhileTheClockWasAheadIsMadeAnew() {
        Instant right = now;
        now = right.plus(Duration.ofDays(2));
        X509Certificate ahead = own.get().chain().get(0);
        now = right;
        X509Certificate made = own.get().chain().get(0);
        assertThat(made).isNotEqualTo(ahead);
        assertThat(made.getNotBefore().toInstant()).isBefore(now);
        assertThat(own.get().chain().get(0)).isEqualTo(made);
    }

    @Test
    void shortLivesAreNotDueAtOnce() throws IOException {
        X509Certificate brief = directory
                .open()
                .sign(
                        new SigningRequest(Keys.make(ForeignRoots.RANDOM).getPublic()),
                        WHOSE,
                        Duration.ofMinutes(20),
                        List.of(),
                        now,
                        ForeignRoots.RANDOM);
        assertThat(brief.getNotBefore().toInstant())
                .isEqualTo(now.minus(Duration.ofMinutes(5)).truncatedTo(ChronoUnit.SECONDS));
        assertThat(Renewal.due(brief, now.plus(Duration.ofMinutes(9)))).isFalse();
    }
}
