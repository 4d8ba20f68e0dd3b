package dev.persys.ca;

import dev.persys.model.ClusterId;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/**
 * The directory of an authority, for its owner alone: the file {@code cluster} with the name of the cluster, and {@code
 * authority.pem} with the key that signs, the certificate of that key, and that of the previous root while there is one. It
 * is one file, so that no crash leaves a key without its certificate.
 */
public final class AuthorityDirectory {
    private static final int MOST_ROOTS = 2;

    private final Path directory;

    public AuthorityDirectory(Path directory) {
        this.directory = directory;
    }

    public Path path() {
        return directory;
    }

    /** Whether one is kept there, whatever it is like. */
    boolean exists() {
        return Files.exists(authority(), LinkOption.NOFOLLOW_LINKS);
    }

    private Path authority() {
        return directory.resolve("authority.pem");
    }

    private Path cluster() {
        return directory.resolve("cluster");
    }

    /**
     * Keeps the first authority.
     *
     * @throws AuthorityStateException where there is one, whatever it is like
     * @throws TrustException where others can enter the directory
     * @throws IOException where it cannot be written
     */
    public void create(CertificateAuthority first) throws IOException {
        PrivateFiles.makeDirectory(directory);
        locked(() -> {
            if (exists()) {
                throw new AuthorityStateException("there is an authority in " + directory
                        + " already, and nothing was changed: persys ca rotate changes its root, and another"
                        + " cluster has another directory (--dir)");
            }
            PrivateFiles.write(cluster(), first.cluster() + "\n");
            write(first);
        });
    }

    /**
     * What is kept.
     *
     * @throws AuthorityStateException where there is none
     * @throws TrustException where others can get at it, or it is damaged
     * @throws IOException where it cannot be read
     */
    public CertificateAuthority open() throws IOException {
        if (!exists()) {
            throw new AuthorityStateException("there is no authority in " + directory
                    + ": persys ca init makes one, and --dir says where another one is");
        }
        PrivateFiles.requireClosed(directory);
        String source = authority().toString();
        String text = readOwn(authority());
        List<X509Certificate> roots = Certificates.read(text, source);
        if (roots.size() > MOST_ROOTS) {
            throw new TrustException(source + " has " + roots.size() + " certificates, and two at most are wanted");
        }
        Optional<X509Certificate> previous = roots.stream().skip(1).findFirst();
        return CertificateAuthority.kept(name(), Keys.read(text, source), new Roots(roots.get(0), previous), source);
    }

    /**
     * Puts what {@code change} makes of it in its place. Only one process changes it at a time.
     *
     * @return what is kept now
     * @throws TrustException as {@link #open}, and whatever {@code change} throws
     */
    public CertificateAuthority change(UnaryOperator<CertificateAuthority> change) throws IOException {
        open(); // Before a file for the lock is made where there is nothing.
        locked(() -> write(change.apply(open())));
        return open();
    }

    private ClusterId name() throws IOException {
        String text = readOwn(cluster()).strip();
        try {
            return new ClusterId(text);
        } catch (IllegalArgumentException e) {
            throw new TrustException(cluster() + " has no name of a cluster, which is a lower-case DNS label", e);
        }
    }

    private static String readOwn(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            throw new TrustException(
                    file + " is a link, and what it leads to may be anybody's: the file itself is wanted there");
        }
        return PrivateFiles.readPrivate(file);
    }

    private void write(CertificateAuthority authority) throws IOException {
        PrivateFiles.write(
                authority(),
                Keys.write(authority.key())
                        + Certificates.write(authority.roots().trusted()));
    }

    private interface Work {
        void run() throws IOException;
    }

    private void locked(Work work) throws IOException {
        try (FileChannel channel = FileChannel.open(
                        directory.resolve("lock"),
                        Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw busy();
            }
            work.run();
        } catch (OverlappingFileLockException e) {
            throw busy();
        }
    }

    private AuthorityStateException busy() {
        return new AuthorityStateException(
                "another command is changing the authority in " + directory + " at this moment; try again");
    }
}
