package dev.persys.trust.tls;

import dev.persys.api.FileProblem;
import dev.persys.trust.Certificates;
import dev.persys.trust.Credentials;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Where the files of {@link Credentials} are, all of them PEM.
 *
 * @param certificate its own first, then those that lead to a root, where there are any
 * @param key of the first certificate, PKCS#8, for its owner alone to read
 * @param roots of the cluster's authority, one behind the other
 */
public record CredentialsPaths(Path certificate, Path key, Path roots) {
    /**
     * Reads them, and looks whether they fit together and are of use.
     *
     * @throws TrustException where they are not, by a sentence that names the file and what to do
     */
    public Credentials read(Instant now) {
        Credentials read = readUnproved(now);
        if (!Keys.fit(read.key(), read.chain().get(0).getPublicKey())) {
            throw new TrustException("the key in " + key + " is not that of the certificate in " + certificate
                    + ": bring the two that were made together");
        }
        Optional<String> fault = new PeerCheck(read, Peers.ANYBODY).fault(read.chain());
        if (fault.isPresent()) {
            throw new TrustException("the certificate in " + certificate + " does not lead to a root in " + roots + " ("
                    + fault.get() + "): bring the roots of the authority that signed it");
        }
        return read;
    }

    /**
     * Reads them, without the signatures that tell whether they fit together: for who makes one connection and is gone, and
     * can {@link #read} them where that comes to nothing.
     *
     * @throws TrustException where they are of no use at this moment
     */
    public Credentials readUnproved(Instant now) {
        List<X509Certificate> chain = Certificates.read(text(certificate, PrivateFiles::read), certificate.toString());
        PrivateKey own = Keys.read(text(key, PrivateFiles::readPrivate), key.toString());
        List<X509Certificate> believed = Certificates.read(text(roots, PrivateFiles::read), roots.toString());
        requireNow(chain.get(0), now);
        Credentials read = new Credentials(own, chain, believed);
        requireIdentity(read);
        return read;
    }

    private void requireNow(X509Certificate own, Instant now) {
        if (now.isAfter(own.getNotAfter().toInstant())) {
            throw new TrustException("the certificate in " + certificate + " has expired at "
                    + own.getNotAfter().toInstant() + ": have a new one signed");
        } else if (now.isBefore(own.getNotBefore().toInstant())) {
            throw new TrustException("the certificate in " + certificate + " is not valid before "
                    + own.getNotBefore().toInstant() + ", and this machine's clock says " + now
                    + ": set the clock, or have a new one signed");
        }
    }

    private void requireIdentity(Credentials read) {
        try {
            var unused = read.identity();
        } catch (IllegalArgumentException e) {
            throw new TrustException(
                    certificate + ": " + e.getMessage() + ": have it signed by the cluster's authority", e);
        }
    }

    private interface Reading {
        String of(Path file) throws IOException;
    }

    private static String text(Path file, Reading reading) {
        try {
            return reading.of(file);
        } catch (IOException e) {
            throw new TrustException(file + " cannot be read: " + FileProblem.of(e), e);
        }
    }
}
