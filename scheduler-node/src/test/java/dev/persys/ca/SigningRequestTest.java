package dev.persys.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.persys.model.ClusterId;
import dev.persys.trust.Keys;
import dev.persys.trust.Pem;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.ExtensionsGenerator;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;
import org.junit.jupiter.api.Test;

final class SigningRequestTest {
    private static final KeyPair KEYS = Keys.make(ForeignRoots.RANDOM);
    private static final String REQUEST = SigningRequest.write(KEYS);

    @Test
    void keyIsReadAsItWasWritten() {
        assertThat(SigningRequest.read(REQUEST, "x").key()).isEqualTo(KEYS.getPublic());
        assertThat(SigningRequest.read(REQUEST.replace("CERTIFICATE", "NEW CERTIFICATE"), "x")
                        .key())
                .isEqualTo(KEYS.getPublic());
    }

    @Test
    void whatARequestSaysOfItselfIsNotTaken() throws CertificateParsingException {
        ClusterId cluster = new ClusterId("c-1");
        SpiffeId identity = new SpiffeId(cluster, Role.AGENT, "node-1");
        CertificateAuthority authority = CertificateAuthority.create(cluster, Instant.now(), ForeignRoots.RANDOM);
        SigningRequest request = SigningRequest.read(greedy(KEYS.getPublic(), KEYS.getPrivate()), "x");

        X509Certificate certificate = authority.sign(
                request, identity, CertificateAuthority.LIFE, List.of(), Instant.now(), ForeignRoots.RANDOM);

        assertThat(SpiffeId.of(certificate)).isEqualTo(identity);
        assertThat(certificate.getSubjectAlternativeNames()).hasSize(1);
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getSubjectX500Principal().getName()).doesNotContain("jane");
    }

    @Test
    void requestThatWasNotSignedWithItsKeyIsRefused() {
        KeyPair other = Keys.make(ForeignRoots.RANDOM);
        refused(greedy(KEYS.getPublic(), other.getPrivate()), "not signed with the key");
        refused(greedy(KEYS.getPublic(), ForeignRoots.rsa(1024).getPrivate()), "not signed with the key");
    }

    @Test
    void whatIsNoRequestIsRefused() {
        refused("nothing", "no request");
        refused(REQUEST + REQUEST, "2 requests");
        refused(Keys.write(KEYS.getPrivate()) + REQUEST, "private key");
        refused(new Pem(Pem.REQUEST, new byte[] {48, 3, 2, 1, 1}).toString(), "cannot be read");
        refused(new Pem(Pem.REQUEST, new byte[0]).toString(), "cannot be read");
        refused(SigningRequest.write(ForeignRoots.rsa(1024)), "weak");
        refused(SigningRequest.write(ForeignRoots.curve("secp521r1")), "another kind");
    }

    /** Whatever becomes of one byte on its way, it is refused, and never by anything but a sentence. */
    @Property(tries = 300)
    void requestThatWasChangedIsRefused(
            @ForAll @IntRange(max = 10_000) int at, @ForAll @IntRange(min = 1, max = 255) int by) {
        byte[] bytes = Pem.read(REQUEST, "x").get(0).bytes();
        bytes[at % bytes.length] ^= (byte) by;

        refused(new Pem(Pem.REQUEST, bytes).toString(), "");
    }

    private static void refused(String text, String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> SigningRequest.read(text, "request.pem"))
                .withMessageStartingWith("request.pem ")
                .withMessageContaining(message);
    }

    /** Wants to be an operator and an authority. */
    private static String greedy(PublicKey key, PrivateKey signing) {
        try {
            ExtensionsGenerator wanted = new ExtensionsGenerator();
            wanted.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
            wanted.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName[] {
                new GeneralName(GeneralName.uniformResourceIdentifier, "spiffe://c-1/operator/jane"),
                new GeneralName(GeneralName.dNSName, "jane.example")
            }));
            return new Pem(
                            Pem.REQUEST,
                            new JcaPKCS10CertificationRequestBuilder(new X500Principal("CN=jane"), key)
                                    .addAttribute(PKCSObjectIdentifiers.pkcs_9_at_extensionRequest, wanted.generate())
                                    .build(new JcaContentSignerBuilder(Keys.signature(signing)).build(signing))
                                    .getEncoded())
                    .toString();
        } catch (IOException | OperatorCreationException e) {
            throw new IllegalStateException(e);
        }
    }
}
