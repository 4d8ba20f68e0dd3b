package dev.persys.ca;

import dev.persys.trust.Keys;
import dev.persys.trust.Pem;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaContentVerifierProviderBuilder;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequestBuilder;

/**
 * A request for a certificate (PKCS#10), of which only the public key is taken: whose it is, is not for it to say.
 *
 * @param key whose private half has signed the request
 */
public record SigningRequest(PublicKey key) {
    private static final String FORMERLY = "NEW " + Pem.REQUEST;

    /**
     * A request from PEM.
     *
     * @param source what the text is of, for messages
     * @throws TrustException where it is none, its key is weak, or it was not signed with that key
     */
    public static SigningRequest read(String text, String source) {
        List<Pem> blocks = Pem.read(text, source);
        if (blocks.stream().anyMatch(block -> block.label().endsWith(Pem.PRIVATE_KEY))) {
            throw new TrustException(source + " has a private key, which is not for anybody else:"
                    + " what is sent is the request alone, and a key that was sent should be made anew");
        }
        List<Pem> requests = blocks.stream()
                .filter(block ->
                        block.label().equals(Pem.REQUEST) || block.label().equals(FORMERLY))
                .toList();
        if (requests.size() != 1) {
            throw new TrustException(
                    source + " has " + (requests.isEmpty() ? "no request" : requests.size() + " requests")
                            + " for a certificate in PEM, and exactly one is wanted (-----BEGIN CERTIFICATE REQUEST-----);"
                            + " persys ca request makes one");
        }
        PublicKey key;
        try {
            JcaPKCS10CertificationRequest request =
                    new JcaPKCS10CertificationRequest(requests.get(0).bytes());
            key = request.getPublicKey();
            Keys.requireStrong(key, source);
            if (!isSigned(request, key)) {
                throw new TrustException(
                        source + " was not signed with the key that it has, so whoever made it may not have that key");
            }
        } catch (TrustException e) {
            throw e;
        } catch (IOException | GeneralSecurityException | RuntimeException e) { // The parser throws all kinds of these.
            throw new TrustException(source + " has a request that cannot be read: " + e.getMessage(), e);
        }
        return new SigningRequest(key);
    }

    /** A request of these keys that says nothing else, as PEM. */
    public static String write(KeyPair keys) {
        try {
            PKCS10CertificationRequest request = new JcaPKCS10CertificationRequestBuilder(
                            new X500Principal(""), keys.getPublic())
                    .build(new JcaContentSignerBuilder(Keys.signature(keys.getPrivate())).build(keys.getPrivate()));
            return new Pem(Pem.REQUEST, request.getEncoded()).toString();
        } catch (OperatorCreationException | IOException e) {
            throw new IllegalArgumentException("not keys to make a request with", e);
        }
    }

    private static boolean isSigned(PKCS10CertificationRequest request, PublicKey key) {
        try {
            return request.isSignatureValid(new JcaContentVerifierProviderBuilder().build(key));
        } catch (OperatorCreationException | PKCSException e) { // By an algorithm that does not go with the key.
            return false;
        }
    }
}
