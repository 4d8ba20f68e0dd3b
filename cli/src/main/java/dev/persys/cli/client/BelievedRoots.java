package dev.persys.cli.client;

import dev.persys.api.FileProblem;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** TLS with servers whose certificates lead to roots of a file, in place of those that Java comes with. */
final class BelievedRoots {
    private BelievedRoots() {}

    /**
     * Sockets to such servers; whether the name is right is for who connects to look at.
     *
     * @param file certificates in PEM
     * @throws Failure where it cannot be read, or holds none
     */
    static SSLSocketFactory sockets(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore roots = KeyStore.getInstance(KeyStore.getDefaultType());
            roots.load(null, null);
            for (Certificate root : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                roots.setCertificateEntry("root-" + roots.size(), root);
            }
            if (roots.size() == 0) {
                throw unusable(file, "it holds no certificate");
            }
            TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(roots);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (IOException e) {
            throw unusable(file, FileProblem.of(e));
        } catch (GeneralSecurityException e) {
            throw unusable(file, "it holds something other than certificates in PEM");
        }
    }

    private static Failure unusable(Path file, String why) {
        return new Failure(
                ExitCode.USAGE,
                "the roots of PERSYS_ROOTS, " + file + ", cannot be used: " + why,
                "It is a file with the certificate that the gateway's leads to, in PEM.");
    }
}
