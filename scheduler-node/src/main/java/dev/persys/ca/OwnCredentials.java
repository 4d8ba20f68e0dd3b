package dev.persys.ca;

import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Expiry;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.Renewal;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What the process of an authority shows of itself. From any thread. */
final class OwnCredentials implements Supplier<Credentials> {
    private final StandingAuthority authority;
    private final SpiffeId whose;
    private final Duration life;
    private final List<String> hosts;
    private final CredentialsPaths kept;
    private Optional<Credentials> newest = Optional.empty();
    private boolean looked;

    OwnCredentials(
            StandingAuthority authority, SpiffeId whose, Duration life, List<String> hosts, CredentialsPaths kept) {
        this.authority = authority;
        this.whose = whose;
        this.life = life;
        this.hosts = List.copyOf(hosts);
        this.kept = kept;
    }

    @Override
    public synchronized Credentials get() {
        CertificateAuthority standing = authority.standing();
        Instant now = authority.moment();
        if (!looked) {
            looked = true;
            newest = standing.roots().previous().flatMap(previous -> keptOf(previous, now));
        }
        Credentials good = newest.filter(some -> isGood(some, standing.roots(), now))
                .map(some -> believing(some, standing.roots().trusted()))
                .orElseGet(() -> made(standing, now));
        newest = Optional.of(good);
        return good;
    }

    /** Only by the previous root is it of use: the one that signs makes another as well. */
    private Optional<Credentials> keptOf(X509Certificate previous, Instant now) {
        try {
            Credentials read = kept.read(now);
            X509Certificate own = read.chain().get(0);
            own.verify(previous.getPublicKey());
            return read.identity().equals(whose)
                    ? Optional.of(new Credentials(read.key(), List.of(own, previous), read.roots()))
                    : Optional.empty();
        } catch (TrustException | GeneralSecurityException e) {
            authority.warn("the root is being changed, and there is no certificate of " + whose
                    + " by the previous one: whoever has not the next root yet believes this process no more ("
                    + e.getMessage() + ")");
            return Optional.empty();
        }
    }

    /** The second of the chain is the root. */
    private static boolean isGood(Credentials some, Roots roots, Instant now) {
        X509Certificate own = some.chain().get(0);
        X509Certificate root = some.chain().get(1);
        if (now.isBefore(own.getNotBefore().toInstant())) {
            return false; // It was made while the clock was ahead.
        } else if (root.equals(roots.signing())) {
            return !Renewal.due(own, now);
        }
        return roots.previous().filter(root::equals).isPresent()
                && Expiry.of(own, now).compareTo(Expiry.SOON) < 0;
    }

    private static Credentials believing(Credentials some, List<X509Certificate> roots) {
        return some.roots().equals(roots) ? some : new Credentials(some.key(), some.chain(), roots);
    }

    /** With the root behind it: whoever knows but its pin needs it whole. */
    private Credentials made(CertificateAuthority standing, Instant now) {
        KeyPair keys = Keys.make(authority.random());
        X509Certificate own =
                standing.sign(new SigningRequest(keys.getPublic()), whose, life, hosts, now, authority.random());
        Credentials made = new Credentials(
                keys.getPrivate(),
                List.of(own, standing.roots().signing()),
                standing.roots().trusted());
        keep(made);
        return made;
    }

    private void keep(Credentials made) {
        try {
            PrivateFiles.write(kept.key(), Keys.write(made.key()));
            PrivateFiles.write(kept.roots(), Certificates.write(made.roots()));
            PrivateFiles.write(kept.certificate(), Certificates.write(made.chain()));
        } catch (IOException e) {
            authority.warn("the certificate of " + whose + " is used and cannot be kept: " + e);
        }
    }
}
