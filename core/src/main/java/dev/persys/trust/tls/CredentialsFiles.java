package dev.persys.trust.tls;

import dev.persys.trust.Credentials;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Credentials from files, which are read again once they have changed. Who asks gets those that were good last: new files
 * that cannot be used are told of once, and change nothing. From any thread.
 */
public final class CredentialsFiles implements Supplier<Credentials> {
    private static final Logger LOG = LoggerFactory.getLogger(CredentialsFiles.class);

    /** Between two looks at the files. */
    static final Duration PAUSE = Duration.ofSeconds(2);

    private final CredentialsPaths paths;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final ReentrantLock looking = new ReentrantLock();
    private final SpiffeId identity;
    private volatile Credentials credentials;
    private volatile long nextLook;

    /** That of the files which are in use, or which were told to be of no use. */
    private List<Stamp> known;

    /** That of files which were of no use when they were looked at first. */
    private List<Stamp> doubtful = List.of();

    private CredentialsFiles(CredentialsPaths paths, InstantSource clock, LongSupplier nanos) {
        this.paths = paths;
        this.clock = clock;
        this.nanos = nanos;
        this.known = stamps();
        this.credentials = paths.read(clock.instant());
        this.identity = credentials.identity();
        this.nextLook = nanos.getAsLong() + PAUSE.toNanos();
    }

    /** What of a file shows that it is another one. */
    private record Stamp(Instant modified, long size, String file) {}

    /**
     * Reads them.
     *
     * @throws TrustException where they cannot be used, by a sentence that names the file and what to do
     */
    public static CredentialsFiles open(CredentialsPaths paths) {
        return open(paths, InstantSource.system(), System::nanoTime);
    }

    /** @param nanos of a clock that nobody sets */
    static CredentialsFiles open(CredentialsPaths paths, InstantSource clock, LongSupplier nanos) {
        return new CredentialsFiles(paths, clock, nanos);
    }

    public CredentialsPaths paths() {
        return paths;
    }

    /** Whose they are; files of somebody else do not take their place. */
    public SpiffeId identity() {
        return identity;
    }

    /** Those of now. Looks at the files where that is due; one caller does, and no other waits for it. */
    @Override
    public Credentials get() {
        if (nanos.getAsLong() - nextLook >= 0 && looking.tryLock()) {
            try {
                look();
            } finally {
                looking.unlock();
            }
        }
        return credentials;
    }

    private void look() {
        nextLook = nanos.getAsLong() + PAUSE.toNanos();
        List<Stamp> found = stamps();
        if (found.equals(known)) {
            return;
        }
        try {
            Credentials next = paths.read(clock.instant());
            requireSame(next);
            credentials = next;
            known = found;
            LOG.info(
                    "The certificate in {} is used from now on, until {}",
                    paths.certificate(),
                    next.chain().get(0).getNotAfter().toInstant());
        } catch (TrustException e) {
            // Files come one after the other: what does not fit together now may do so at the next look.
            if (found.equals(doubtful)) {
                known = found;
                LOG.warn(
                        "The certificate that was used before stays in use, until the files are mended: {}",
                        e.getMessage());
            }
            doubtful = found;
        }
    }

    private void requireSame(Credentials next) {
        if (!next.identity().equals(identity)) {
            throw new TrustException("the certificate in " + paths.certificate() + " is that of " + next.identity()
                    + ", and this process is " + identity + ": bring its own, or start it anew");
        }
    }

    private List<Stamp> stamps() {
        return List.of(stamp(paths.certificate()), stamp(paths.key()), stamp(paths.roots()));
    }

    private static Stamp stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return new Stamp(
                    attributes.lastModifiedTime().toInstant(), attributes.size(), String.valueOf(attributes.fileKey()));
        } catch (IOException e) {
            return new Stamp(Instant.EPOCH, -1, "");
        }
    }
}
