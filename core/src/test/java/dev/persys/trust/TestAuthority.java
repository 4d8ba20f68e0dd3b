package dev.persys.trust;

import dev.persys.model.ClusterId;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** Signs whatever a test asks for, right or wrong. */
public final class TestAuthority {
    /** The cluster of tests that need but one. */
    public static final ClusterId CLUSTER = new ClusterId("c-1");

    private static final SecureRandom RANDOM = new SecureRandom();

    private final X500Name name = new X500Name("CN=authority of a test " + Long.toHexString(RANDOM.nextLong()));
    private final KeyPair key;
    private final X509Certificate root;

    public TestAuthority() {
        this.key = pair();
        this.root = certificate(
                name, key.getPublic(), Instant.now(), Instant.now().plus(Duration.ofDays(1)), true, List.of());
    }

    public X509Certificate root() {
        return root;
    }

    /** Of somebody of the cluster, good for a day. */
    public Credentials of(Role role, String holder) {
        return named(new SpiffeId(CLUSTER, role, holder).toString());
    }

    /** With these URI names. */
    public Credentials named(String... uris) {
        return lasting(Instant.now().minusSeconds(3600), Instant.now().plus(Duration.ofDays(1)), uris);
    }

    /** With these URI names, from one moment to another. */
    public Credentials lasting(Instant from, Instant to, String... uris) {
        KeyPair own = pair();
        X500Name holder = new X500Name("CN=holder");
        return new Credentials(
                own.getPrivate(),
                List.of(certificate(holder, own.getPublic(), from, to, false, List.of(uris))),
                List.of(root));
    }

    /** One that nobody signed but its holder, who believes this authority. */
    public Credentials selfSigned(Role role, String holder) {
        TestAuthority itself = new TestAuthority();
        Credentials own = itself.of(role, holder);
        return new Credentials(own.key(), List.of(own.chain().get(0), itself.root), List.of(root));
    }

    /** These, with roots of others too. */
    public static Credentials believing(Credentials own, X509Certificate... roots) {
        return new Credentials(own.key(), own.chain(), Stream.of(roots).toList());
    }

    /** As files in a directory, in place of those that are there. */
    public static CredentialsPaths write(Credentials credentials, Path directory) {
        CredentialsPaths paths = new CredentialsPaths(
                directory.resolve("certificate.pem"), directory.resolve("key.pem"), directory.resolve("roots.pem"));
        put(paths.certificate(), Certificates.write(credentials.chain()));
        put(paths.key(), Keys.write(credentials.key()));
        put(paths.roots(), Certificates.write(credentials.roots()));
        return paths;
    }

    /** A file for its owner alone, never half there. */
    public static void put(Path file, String text) {
        try {
            Path fresh = Files.createTempFile(
                    file.toAbsolutePath().getParent(),
                    "fresh",
                    "",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(fresh, text, StandardCharsets.US_ASCII);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private X509Certificate certificate(
            X500Name holder, PublicKey publicKey, Instant from, Instant to, boolean authority, List<String> uris) {
        try {
            JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                    name, new BigInteger(127, RANDOM), Date.from(from), Date.from(to), holder, publicKey);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
            if (!uris.isEmpty()) {
                GeneralName[] names = uris.stream()
                        .map(uri -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
                        .toArray(GeneralName[]::new);
                builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key.getPrivate())));
        } catch (CertIOException | OperatorCreationException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
