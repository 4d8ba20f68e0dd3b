package dev.persys.trust;

import java.io.ByteArrayInputStream;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Collectors;

/** Certificates from PEM and back. */
public final class Certificates {
    private Certificates() {}

    /**
     * All certificates of a file, in its order.
     *
     * @param source what the text is of, for messages
     * @throws TrustException where there is none, or one cannot be read
     */
    public static List<X509Certificate> read(String text, String source) {
        List<X509Certificate> certificates = Pem.read(text, source).stream()
                .filter(block -> block.label().equals(Pem.CERTIFICATE))
                .map(block -> certificate(block.bytes(), source))
                .toList();
        if (certificates.isEmpty()) {
            throw new TrustException(source + " has no certificate in PEM (-----BEGIN CERTIFICATE-----);"
                    + " openssl x509 -inform DER -in FILE makes it of the binary form");
        }
        return certificates;
    }

    /**
     * The certificate of a file that has to hold one alone.
     *
     * @throws TrustException where it is another number, or cannot be read
     */
    public static X509Certificate readOne(String text, String source) {
        List<X509Certificate> all = read(text, source);
        if (all.size() != 1) {
            throw new TrustException(source + " has " + all.size() + " certificates, and exactly one is wanted");
        }
        return all.get(0);
    }

    /** As PEM, one behind the other. */
    public static String write(List<X509Certificate> certificates) {
        return certificates.stream().map(Certificates::pem).collect(Collectors.joining());
    }

    private static String pem(X509Certificate certificate) {
        try {
            return new Pem(Pem.CERTIFICATE, certificate.getEncoded()).toString();
        } catch (CertificateEncodingException e) {
            throw new IllegalArgumentException("a certificate that cannot be written", e);
        }
    }

    private static X509Certificate certificate(byte[] bytes, String source) {
        try {
            X509Certificate certificate = (X509Certificate)
                    CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(bytes));
            if (certificate.getEncoded().length != bytes.length) {
                throw new TrustException(source + " has something behind a certificate, inside of its block");
            }
            return certificate;
        } catch (CertificateException e) {
            throw new TrustException(source + " has a certificate that cannot be read: " + e.getMessage(), e);
        }
    }
}
