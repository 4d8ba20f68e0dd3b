package dev.persys.cli.process;

import dev.persys.api.FileProblem;
import dev.persys.ca.AuthorityDirectory;
import dev.persys.ca.AuthorityStateException;
import dev.persys.ca.CertificateAuthority;
import dev.persys.ca.CertificateAuthority.Material;
import dev.persys.ca.SigningRequest;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.model.ClusterId;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What {@code persys ca} does, in terms of what every verb has on its class path. Whatever goes wrong is a {@link Failure}.
 */
public final class AuthorityTool {
    private static final SecureRandom RANDOM = new SecureRandom();

    private final AuthorityDirectory directory;

    /** The authority of this directory, where there is one. */
    public AuthorityTool(Path directory) {
        this.directory = new AuthorityDirectory(directory);
    }

    /**
     * How an authority is.
     *
     * @param roots those that are trusted, the one that signs first
     */
    public record State(ClusterId cluster, Path directory, List<X509Certificate> roots) {
        public State {
            roots = List.copyOf(roots);
        }
    }

    /** Where a root that was made elsewhere is. */
    public record Brought(Path certificate, Path key) {}

    /** What a certificate is to be of, and how. */
    public record Wanted(Role role, String name, Optional<Duration> life, List<String> dnsNames) {
        public Wanted {
            dnsNames = List.copyOf(dnsNames);
        }
    }

    /** What was signed, and by whom it is believed. */
    public record Signed(X509Certificate certificate, SpiffeId identity, List<X509Certificate> roots) {
        public Signed {
            roots = List.copyOf(roots);
        }
    }

    public State init(String cluster) {
        return guarded(() -> {
            CertificateAuthority made = CertificateAuthority.create(name(cluster), Instant.now(), RANDOM);
            directory.create(made);
            return state(made);
        });
    }

    public State importFrom(String cluster, Brought brought) {
        return guarded(() -> {
            CertificateAuthority made = CertificateAuthority.imported(name(cluster), read(brought), Instant.now());
            directory.create(made);
            return state(made);
        });
    }

    public State show() {
        return guarded(() -> state(directory.open()));
    }

    /** Begins a change of root, with one that is made here or one that is brought along. */
    public State rotate(Optional<Brought> brought) {
        return guarded(() -> {
            Instant now = Instant.now();
            if (brought.isEmpty()) {
                return state(directory.change(old -> old.rotated(now, RANDOM)));
            }
            Material material = read(brought.get());
            return state(directory.change(old -> old.rotated(material, now)));
        });
    }

    /** Ends a change of root. */
    public State finish() {
        return guarded(() -> state(directory.change(CertificateAuthority::finished)));
    }

    /**
     * Signs the request that a stream has.
     *
     * @param source what the stream is of, for messages
     */
    public Signed sign(InputStream request, String source, Wanted wanted) {
        return guarded(() -> {
            CertificateAuthority authority = directory.open();
            SpiffeId identity = identity(authority.cluster(), wanted);
            X509Certificate certificate = authority.sign(
                    SigningRequest.read(text(source, () -> PrivateFiles.read(request, source)), source),
                    identity,
                    wanted.life().orElse(CertificateAuthority.LIFE),
                    wanted.dnsNames(),
                    Instant.now(),
                    RANDOM);
            return new Signed(certificate, identity, authority.roots().trusted());
        });
    }

    /** Puts a certificate, and the roots that it is believed by, into a directory. */
    public static void write(Signed signed, Path target) {
        guarded(() -> {
            PrivateFiles.makeDirectory(target);
            PrivateFiles.write(target.resolve("roots.pem"), Certificates.write(signed.roots()));
            PrivateFiles.write(target.resolve("certificate.pem"), Certificates.write(List.of(signed.certificate())));
            return target;
        });
    }

    /**
     * Makes a key and a request for a certificate of it.
     *
     * @return the file of the request
     */
    public static Path request(Path target) {
        return guarded(() -> {
            Path key = target.resolve("key.pem");
            Path request = target.resolve("request.pem");
            PrivateFiles.makeDirectory(target);
            if (Files.exists(key, LinkOption.NOFOLLOW_LINKS)) {
                throw new AuthorityStateException(
                        "there is a key " + key + " already, and nothing was changed: its request can"
                                + " be signed as often as wanted, and another key has another directory");
            }
            KeyPair keys = Keys.make(RANDOM);
            PrivateFiles.write(request, SigningRequest.write(keys));
            PrivateFiles.write(
                    key, Keys.write(keys.getPrivate())); // Behind the request: where there is a key, there is one.
            return request;
        });
    }

    private static Material read(Brought brought) {
        return Material.read(
                text(brought.key().toString(), () -> PrivateFiles.readPrivate(brought.key())),
                brought.key().toString(),
                text(brought.certificate().toString(), () -> PrivateFiles.read(brought.certificate())),
                brought.certificate().toString());
    }

    /** What cannot be read was named by whoever typed the command. */
    private static String text(String source, Work<String> reading) {
        try {
            return reading.run();
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, source + " cannot be read: " + FileProblem.of(e));
        }
    }

    private State state(CertificateAuthority authority) {
        return new State(
                authority.cluster(), directory.path(), authority.roots().trusted());
    }

    private static ClusterId name(String cluster) {
        try {
            return new ClusterId(cluster);
        } catch (IllegalArgumentException e) {
            throw new TrustException(
                    "'" + cluster + "' is no name of a cluster: a lower-case DNS label is wanted, such as prod", e);
        }
    }

    private static SpiffeId identity(ClusterId cluster, Wanted wanted) {
        try {
            return new SpiffeId(cluster, wanted.role(), wanted.name());
        } catch (IllegalArgumentException e) {
            throw new TrustException("--name: " + e.getMessage(), e);
        }
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    private static <T> T guarded(Work<T> work) {
        try {
            return work.run();
        } catch (AuthorityStateException e) {
            throw new Failure(ExitCode.REFUSED, e.getMessage());
        } catch (TrustException e) {
            throw new Failure(ExitCode.USAGE, e.getMessage());
        } catch (IOException e) {
            throw new Failure(ExitCode.FAILED, FileProblem.named(e));
        }
    }
}
