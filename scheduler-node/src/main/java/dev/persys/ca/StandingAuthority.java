package dev.persys.ca;

import dev.persys.model.ClusterId;
import dev.persys.trust.CertificateIssuer;
import dev.persys.trust.Credentials;
import dev.persys.trust.Pin;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * The authority of a directory, at the service of a process: it is looked at again every two seconds where it is used, so
 * that a change of root counts without a restart. What was there last stays in use while that cannot be read. From any
 * thread.
 */
public final class StandingAuthority implements CertificateIssuer {
    private static final long PAUSE = Duration.ofSeconds(2).toNanos();

    private final AuthorityDirectory directory;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final SecureRandom random;
    private final Consumer<String> warnings;
    private CertificateAuthority authority;
    private long nextLook;
    private boolean warned;

    private StandingAuthority(
            AuthorityDirectory directory,
            CertificateAuthority first,
            InstantSource clock,
            LongSupplier nanos,
            SecureRandom random,
            Consumer<String> warnings) {
        this.directory = directory;
        this.authority = first;
        this.clock = clock;
        this.nanos = nanos;
        this.random = random;
        this.warnings = warnings;
        this.nextLook = nanos.getAsLong() + PAUSE;
    }

    /**
     * The authority that is kept in a directory, made where there is none.
     *
     * @param cluster of one that is made
     * @param nanos of a clock that nobody sets
     * @param warnings takes, once, why it cannot be read any more
     * @throws TrustException where it cannot be used, or is of another cluster
     * @throws IOException where it cannot be read or written
     */
    public static StandingAuthority open(
            AuthorityDirectory directory,
            ClusterId cluster,
            InstantSource clock,
            LongSupplier nanos,
            SecureRandom random,
            Consumer<String> warnings)
            throws IOException {
        if (!directory.exists()) {
            directory.create(CertificateAuthority.create(cluster, clock.instant(), random));
        }
        CertificateAuthority first = directory.open();
        if (!first.cluster().equals(cluster)) {
            throw new TrustException(
                    "the authority in " + directory.path() + " is that of the cluster " + first.cluster()
                            + ", and this scheduler is of " + cluster + ": set persys.trust.cluster to its name, or"
                            + " persys.trust.authority to another directory");
        }
        return new StandingAuthority(directory, first, clock, nanos, random, warnings);
    }

    private synchronized CertificateAuthority now() {
        if (nanos.getAsLong() - nextLook >= 0) {
            nextLook = nanos.getAsLong() + PAUSE;
            try {
                authority = directory.open();
                warned = false;
            } catch (IOException | TrustException e) {
                if (!warned) {
                    warnings.accept("the authority in " + directory.path() + " cannot be read, and goes on as it was: "
                            + e.getMessage());
                }
                warned = true;
            }
        }
        return authority;
    }

    @Override
    public ClusterId cluster() {
        return now().cluster();
    }

    @Override
    public List<X509Certificate> roots() {
        return now().roots().trusted();
    }

    @Override
    public PublicKey requested(String request, String source) {
        return SigningRequest.read(request, source).key();
    }

    @Override
    public X509Certificate issue(PublicKey key, SpiffeId identity, int epoch, Duration life) {
        return now().sign(new SigningRequest(key), identity, life, List.of(), epoch, clock.instant(), random);
    }

    /**
     * Credentials that are renewed whenever they are due. While the root is changed, those that the previous one has signed
     * are shown on, for as long as they are of use: whoever has not the next root yet believes no others.
     *
     * @param whose of this cluster
     * @param hosts by which clients that know nothing of identities ask for it
     * @param kept where they are kept, for a start in the middle of a change of root
     */
    public Supplier<Credentials> credentials(SpiffeId whose, Duration life, List<String> hosts, CredentialsPaths kept) {
        return new OwnCredentials(this, whose, life, hosts, kept);
    }

    CertificateAuthority standing() {
        return now();
    }

    Instant moment() {
        return clock.instant();
    }

    SecureRandom random() {
        return random;
    }

    void warn(String why) {
        warnings.accept(why);
    }

    /** By which the root that signs is recognized. */
    public Pin pin() {
        return Pin.of(now().roots().signing());
    }
}
