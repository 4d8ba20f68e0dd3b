package dev.persys.ca;

import dev.persys.trust.Keys;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Roots as others make them, good and bad; each says what it has and what it lacks. */
final class ForeignRoots {
    static final SecureRandom RANDOM = new SecureRandom();

    private final KeyPair keys;
    private Instant from = Instant.now().minus(Duration.ofDays(1));
    private Instant to = Instant.now().plus(Duration.ofDays(400));
    private boolean authority = true;
    private int usage = KeyUsage.keyCertSign;
    private List<String> uris = List.of();
    private boolean strange;
    private KeyPair signer;

    ForeignRoots(KeyPair keys) {
        this.keys = keys;
        signer = keys;
    }

    /** One for all that a class of tests makes; others verify it by their own clock, so it is no made-up one. */
    static Instant moment() {
        return Instant.now();
    }

    static KeyPair curve(String name) {
        return pair("EC", name);
    }

    static KeyPair rsa(int bits) {
        return pair("RSA", Integer.toString(bits));
    }

    private static KeyPair pair(String algorithm, String size) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            if (algorithm.equals("RSA")) {
                generator.initialize(Integer.parseInt(size), RANDOM);
            } else {
                generator.initialize(new ECGenParameterSpec(size), RANDOM);
            }
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    ForeignRoots from(Instant moment) {
        from = moment;
        return this;
    }

    ForeignRoots to(Instant moment) {
        to = moment;
        return this;
    }

    ForeignRoots thatIsNoAuthority() {
        authority = false;
        return this;
    }

    ForeignRoots thatMayNotSign() {
        usage = KeyUsage.digitalSignature;
        return this;
    }

    ForeignRoots of(String... uriNames) {
        uris = List.of(uriNames);
        return this;
    }

    ForeignRoots demandingWhatNobodyKnows() {
        strange = true;
        return this;
    }

    ForeignRoots signedWith(KeyPair other) {
        signer = other;
        return this;
    }

    X509Certificate make() {
        X500Principal name = new X500Principal("CN=Corporate Root, O=Example");
        try {
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name, BigInteger.TEN, Date.from(from), Date.from(to), name, keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(usage));
            if (!uris.isEmpty()) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(uris.stream()
                                .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                                .toArray(GeneralName[]::new)));
            }
            if (strange) {
                builder.addExtension(new ASN1ObjectIdentifier("1.2.3.4.5"), true, DERNull.INSTANCE);
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(Keys.signature(signer.getPrivate()))
                            .build(signer.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    CertificateAuthority.Material material() {
        return new CertificateAuthority.Material(keys.getPrivate(), make(), "root.pem");
    }
}
