package dev.persys.ca;

import dev.persys.model.ClusterId;
import dev.persys.model.Names;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.RevocationEpoch;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.util.IPAddress;

/**
 * What says who is who in a cluster: its roots, and the key of the one that signs. Immutable; {@link AuthorityDirectory}
 * keeps one.
 */
public final class CertificateAuthority {
    /** Of a root that is made here. */
    static final int LIFE_YEARS = 10;

    /** Of everybody else's certificate, where nothing else is asked for. */
    public static final Duration LIFE = Duration.ofDays(30);

    /** Clocks differ: what is signed now is good for those whose clock is behind by no more. */
    static final Duration BACK = Duration.ofHours(1);

    /** Of a short life, one of so many parts lies back at most: with more, it would be due for renewal at once. */
    private static final int BACK_PART = 4;

    private static final int KEY_CERT_SIGN = 5;

    private final ClusterId cluster;
    private final PrivateKey key;
    private final Roots roots;

    private CertificateAuthority(ClusterId cluster, PrivateKey key, Roots roots) {
        this.cluster = cluster;
        this.key = key;
        this.roots = roots;
    }

    /** A new one, with a root of its own: ECDSA on P-256, good for ten years, for certificates of those who sign nothing. */
    public static CertificateAuthority create(ClusterId cluster, Instant now, SecureRandom random) {
        KeyPair keys = Keys.make(random);
        return new CertificateAuthority(cluster, keys.getPrivate(), Roots.of(newRoot(cluster, keys, now, random)));
    }

    /**
     * One whose key and certificate were made elsewhere, and are good for it at this moment.
     *
     * @throws TrustException where they are not: not of one another, weak, not of an authority, over, or of another cluster
     */
    public static CertificateAuthority imported(ClusterId cluster, Material brought, Instant now) {
        CertificateAuthority authority =
                new CertificateAuthority(cluster, brought.key(), Roots.of(brought.certificate()));
        authority.check(brought.source());
        requireValid(brought.certificate(), brought.source(), now);
        return authority;
    }

    /**
     * As it was kept. It may be over: then it signs nothing.
     *
     * @throws TrustException where what was kept is not of an authority
     */
    static CertificateAuthority kept(ClusterId cluster, PrivateKey key, Roots roots, String source) {
        CertificateAuthority authority = new CertificateAuthority(cluster, key, roots);
        authority.check(source);
        return authority;
    }

    /**
     * A key and a certificate that were made elsewhere.
     *
     * @param source what they are of, for messages
     */
    public record Material(PrivateKey key, X509Certificate certificate, String source) {
        /**
         * Both from PEM.
         *
         * @throws TrustException where they cannot be read
         */
        public static Material read(String key, String keySource, String certificate, String certificateSource) {
            return new Material(
                    Keys.read(key, keySource), Certificates.readOne(certificate, certificateSource), certificateSource);
        }
    }

    public ClusterId cluster() {
        return cluster;
    }

    public Roots roots() {
        return roots;
    }

    PrivateKey key() {
        return key;
    }

    /**
     * With a next root that signs from now on, made here.
     *
     * @throws AuthorityStateException where a change is under way
     */
    public CertificateAuthority rotated(Instant now, SecureRandom random) {
        KeyPair keys = Keys.make(random);
        return new CertificateAuthority(cluster, keys.getPrivate(), roots.begun(newRoot(cluster, keys, now, random)));
    }

    /**
     * With a next root that signs from now on, made elsewhere.
     *
     * @throws AuthorityStateException where a change is under way
     * @throws TrustException as {@link #imported}
     */
    public CertificateAuthority rotated(Material brought, Instant now) {
        CertificateAuthority next = imported(cluster, brought, now);
        return new CertificateAuthority(cluster, next.key, roots.begun(brought.certificate()));
    }

    /**
     * Without the previous root.
     *
     * @throws AuthorityStateException where no change is under way
     */
    public CertificateAuthority finished() {
        return new CertificateAuthority(cluster, key, roots.finished());
    }

    /**
     * A certificate of the key that a request has, for somebody whom the caller knows. It begins an hour back, or a quarter of its life
     * where that is less, and ends with the root at the latest.
     *
     * @param life from now on
     * @param dnsNames and addresses by which clients that know nothing of identities may check it; usually none
     * @throws TrustException where the root is over or not yet valid, the identity is of another cluster, the key is that of a
     *     root, or a DNS name is none
     */
    public X509Certificate sign(
            SigningRequest request,
            SpiffeId identity,
            Duration life,
            List<String> dnsNames,
            Instant now,
            SecureRandom random) {
        return sign(request, identity, life, dnsNames, 0, now, random);
    }

    /**
     * As the other, with an epoch of revocation.
     *
     * @param epoch see {@link RevocationEpoch}
     */
    X509Certificate sign(
            SigningRequest request,
            SpiffeId identity,
            Duration life,
            List<String> dnsNames,
            int epoch,
            Instant now,
            SecureRandom random) {
        X509Certificate root = roots.signing();
        requireValid(root, "the root of " + cluster, now);
        if (!identity.cluster().equals(cluster)) {
            throw new TrustException(identity + " is of another cluster than this authority, which is of " + cluster);
        } else if (life.isNegative() || life.isZero()) {
            throw new TrustException("a certificate has to be good for some time, and " + life + " is none");
        } else if (roots.trusted().stream()
                .anyMatch(known -> known.getPublicKey().equals(request.key()))) {
            throw new TrustException("the request is of a root's own key, which is for signing certificates alone");
        }
        dnsNames.forEach(CertificateAuthority::requireDnsName);
        Instant end = now.plus(life).truncatedTo(ChronoUnit.SECONDS);
        Instant last = root.getNotAfter().toInstant();
        return new CertificateBuilding(random)
                .leaf(
                        root,
                        key,
                        request.key(),
                        identity,
                        dnsNames,
                        epoch,
                        now.minus(back(life)).truncatedTo(ChronoUnit.SECONDS),
                        end.isAfter(last) ? last : end);
    }

    private static Duration back(Duration life) {
        Duration part = life.dividedBy(BACK_PART);
        return part.compareTo(BACK) < 0 ? part : BACK;
    }

    private static void requireDnsName(String name) {
        if (!Names.isDnsName(name) && !IPAddress.isValid(name)) {
            throw new TrustException("not a DNS name (lower-case letters, digits, hyphens and dots are wanted), and no"
                    + " address: " + name);
        }
    }

    private static X509Certificate newRoot(ClusterId cluster, KeyPair keys, Instant now, SecureRandom random) {
        Instant from = now.minus(BACK).truncatedTo(ChronoUnit.SECONDS);
        Instant to =
                now.atOffset(ZoneOffset.UTC).plusYears(LIFE_YEARS).toInstant().truncatedTo(ChronoUnit.SECONDS);
        return new CertificateBuilding(random).root(cluster, keys, from, to);
    }

    /** Everything about it that time does not change. */
    private void check(String source) {
        requireAuthority(roots.signing(), source);
        Optional<X509Certificate> previous = roots.previous();
        previous.ifPresent(root -> requireAuthority(root, source));
        if (!Keys.fit(key, roots.signing().getPublicKey())) {
            throw new TrustException(source + " has a certificate that is not of the key that came with it");
        }
    }

    private void requireAuthority(X509Certificate root, String source) {
        Keys.requireStrong(root.getPublicKey(), source);
        boolean[] usage = root.getKeyUsage();
        if (root.getBasicConstraints() < 0) {
            throw new TrustException(
                    source + " has a certificate of somebody who signs none: that of an authority (CA:TRUE) is wanted");
        } else if (usage != null && !usage[KEY_CERT_SIGN]) {
            throw new TrustException(
                    source
                            + " has the certificate of an authority that may not sign certificates: its key usage lacks keyCertSign");
        } else if (root.hasUnsupportedCriticalExtension()) {
            throw new TrustException(
                    source + " has a certificate that demands what nobody here knows (critical extensions)");
        }
        ClusterName.require(root, cluster, source);
        if (root.getSubjectX500Principal().equals(root.getIssuerX500Principal())) {
            try {
                root.verify(root.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw new TrustException(
                        source + " has a certificate whose signature is not its own: it is damaged", e);
            }
        }
    }

    private static void requireValid(X509Certificate root, String source, Instant now) {
        Instant from = root.getNotBefore().toInstant();
        Instant to = root.getNotAfter().toInstant();
        if (now.isAfter(to)) {
            throw new TrustException(source + " expired at " + to + ": another one is wanted (persys ca rotate)");
        } else if (now.isBefore(from)) {
            throw new TrustException(source + " is not valid before " + from + ", and this machine has " + now
                    + ": is its clock right?");
        }
    }
}
