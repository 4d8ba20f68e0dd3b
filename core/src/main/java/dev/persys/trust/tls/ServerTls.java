package dev.persys.trust.tls;

import dev.persys.api.FileProblem;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.function.LongSupplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * TLS of a port that shows a certificate and asks for none: who calls is asked of the request. The certificate may be of any
 * authority that the callers believe. Its files are looked at every {@link CredentialsFiles#PAUSE}, and new ones count from
 * the next connection on. From any thread.
 */
public final class ServerTls {
    private static final Logger LOG = LoggerFactory.getLogger(ServerTls.class);

    private final Path certificate;
    private final Path key;
    private final LongSupplier nanos;
    private SSLContext context;
    private List<String> known;
    private long nextLook;

    private ServerTls(Path certificate, Path key, LongSupplier nanos) {
        this.certificate = certificate;
        this.key = key;
        this.nanos = nanos;
        this.known = stamps();
        this.context = read(Instant.now());
        this.nextLook = nanos.getAsLong() + CredentialsFiles.PAUSE.toNanos();
    }

    /**
     * From files of PEM.
     *
     * @param certificate its own first, then those that lead to the authority's
     * @param key PKCS#8, for its owner alone to read
     * @throws TrustException where they cannot be used, by a sentence that names the file and what to do
     */
    public static ServerTls of(Path certificate, Path key) {
        return of(certificate, key, System::nanoTime);
    }

    /** @param nanos of a clock that nobody sets */
    static ServerTls of(Path certificate, Path key, LongSupplier nanos) {
        return new ServerTls(certificate, key, nanos);
    }

    /** For a connection that was accepted. */
    public SSLEngine server() {
        SSLEngine engine = current().createSSLEngine();
        engine.setUseClientMode(false);
        SSLParameters parameters = MutualTls.parameters(engine.getSupportedCipherSuites());
        parameters.setUseCipherSuitesOrder(true);
        engine.setSSLParameters(parameters);
        return engine;
    }

    private synchronized SSLContext current() {
        if (nanos.getAsLong() - nextLook >= 0) {
            nextLook = nanos.getAsLong() + CredentialsFiles.PAUSE.toNanos();
            List<String> found = stamps();
            if (!found.equals(known)) {
                known = found;
                renew();
            }
        }
        return context;
    }

    private void renew() {
        try {
            context = read(Instant.now());
            LOG.info("The certificate in {} is used from now on", certificate);
        } catch (TrustException e) {
            LOG.warn(
                    "The certificate that was used before stays in use, until the files are mended: {}",
                    e.getMessage());
        }
    }

    private SSLContext read(Instant now) {
        List<X509Certificate> chain = Certificates.read(text(certificate, PrivateFiles::read), certificate.toString());
        PrivateKey own = Keys.read(text(key, PrivateFiles::readPrivate), key.toString());
        if (!Keys.fit(own, chain.get(0).getPublicKey())) {
            throw new TrustException("the key in " + key + " is not that of the certificate in " + certificate
                    + ": bring the two that were made together");
        } else if (now.isAfter(chain.get(0).getNotAfter().toInstant())) {
            throw new TrustException("the certificate in " + certificate + " has expired at "
                    + chain.get(0).getNotAfter().toInstant() + ": have a new one signed");
        }
        try {
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(new KeyManager[] {new OwnKey(own, chain)}, null, null);
            return made;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
    }

    private List<String> stamps() {
        return List.of(stamp(certificate), stamp(key));
    }

    private static String stamp(Path file) {
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            return attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey();
        } catch (IOException e) {
            return "";
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
