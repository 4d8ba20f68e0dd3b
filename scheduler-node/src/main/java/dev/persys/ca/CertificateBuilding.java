package dev.persys.ca;

import dev.persys.model.ClusterId;
import dev.persys.trust.Keys;
import dev.persys.trust.RevocationEpoch;
import dev.persys.trust.SpiffeId;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/** Builds certificates, with the extensions that a root and everybody else has; decides nothing. */
final class CertificateBuilding {
    private static final int SERIAL_BITS = 128;
    private static final String SUBJECT_KEY_IDENTIFIER = Extension.subjectKeyIdentifier.getId();

    private static final ASN1ObjectIdentifier REVOCATION_EPOCH = new ASN1ObjectIdentifier(RevocationEpoch.OID);

    private final SecureRandom random;

    CertificateBuilding(SecureRandom random) {
        this.random = random;
    }

    /** A root that has signed itself. Its name is different each time, so that two of a cluster are told apart. */
    X509Certificate root(ClusterId cluster, KeyPair keys, Instant notBefore, Instant notAfter) {
        BigInteger serial = serial();
        String mark = String.format("%032x", serial).substring(0, 8);
        X500Principal name = new X500Principal("CN=Persys authority " + mark + ", O=" + cluster);
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            name, serial, Date.from(notBefore), Date.from(notAfter), name, keys.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            extensions.createSubjectKeyIdentifier(keys.getPublic()))
                    .addExtension(
                            Extension.subjectAlternativeName, false, names(List.of(uri(ClusterName.of(cluster)))));
            return signed(builder, keys.getPrivate());
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a root cannot be built", e);
        }
    }

    /** A certificate of somebody, signed by a root. */
    X509Certificate leaf(
            X509Certificate root,
            PrivateKey rootKey,
            PublicKey key,
            SpiffeId identity,
            List<String> dnsNames,
            int epoch,
            Instant notBefore,
            Instant notAfter) {
        X500Principal name = new X500Principal("OU=" + identity.role() + ", O=" + identity.cluster());
        List<GeneralName> names = new ArrayList<>(List.of(uri(identity.toString())));
        dnsNames.forEach(dns -> names.add(host(dns)));
        try {
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                            root, serial(), Date.from(notBefore), Date.from(notAfter), name, key)
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
                    .addExtension(Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(key))
                    .addExtension(Extension.authorityKeyIdentifier, false, issuer(root, extensions))
                    .addExtension(Extension.subjectAlternativeName, false, names(names));
            if (epoch > 0) {
                builder.addExtension(REVOCATION_EPOCH, false, new ASN1Integer(epoch));
            }
            return signed(builder, rootKey);
        } catch (IOException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a certificate cannot be built", e);
        }
    }

    /** What a root calls its own key, however it came by that; what we would call it, where it says nothing. */
    private static AuthorityKeyIdentifier issuer(X509Certificate root, JcaX509ExtensionUtils extensions)
            throws IOException {
        byte[] own = root.getExtensionValue(SUBJECT_KEY_IDENTIFIER);
        return own == null
                ? extensions.createAuthorityKeyIdentifier(root.getPublicKey())
                : new AuthorityKeyIdentifier(ASN1OctetString.getInstance(JcaX509ExtensionUtils.parseExtensionValue(own))
                        .getOctets());
    }

    /** A DNS name or an address, which are of two kinds to whoever checks them. */
    private static GeneralName host(String name) {
        return new GeneralName(IPAddress.isValid(name) ? GeneralName.iPAddress : GeneralName.dNSName, name);
    }

    private static GeneralName uri(String uri) {
        return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
    }

    private static GeneralNames names(List<GeneralName> names) {
        return new GeneralNames(names.toArray(new GeneralName[0]));
    }

    private BigInteger serial() {
        return new BigInteger(SERIAL_BITS, random).max(BigInteger.ONE);
    }

    private X509Certificate signed(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder(Keys.signature(key))
                            .setSecureRandom(random)
                            .build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new IllegalStateException("a certificate cannot be signed", e);
        }
    }
}
