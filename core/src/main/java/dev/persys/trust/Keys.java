package dev.persys.trust;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The keys that are taken: ECDSA on P-256 or P-384, and RSA of 3072 bits or more. */
public final class Keys {
    private static final String P256 = "secp256r1";
    private static final String P384 = "secp384r1";
    private static final int LEAST_RSA_BITS = 3072;
    private static final String TAKEN =
            "EC on P-256 or P-384, or RSA of " + LEAST_RSA_BITS + " bits or more, is wanted";

    private Keys() {}

    /** A new key on P-256. */
    public static KeyPair make(SecureRandom random) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec(P256), random);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + P256, e);
        }
    }

    /**
     * The only private key of a file.
     *
     * @param source what the text is of, for messages
     * @throws TrustException where there is none or several, or it is encrypted or of another form than PKCS#8
     */
    public static PrivateKey read(String text, String source) {
        List<Pem> keys = Pem.read(text, source).stream()
                .filter(block -> block.label().endsWith(Pem.PRIVATE_KEY))
                .toList();
        if (keys.size() != 1) {
            throw new TrustException(
                    source + " has " + (keys.isEmpty() ? "no private key" : keys.size() + " private keys")
                            + " in PEM, and exactly one is wanted (-----BEGIN PRIVATE KEY-----)");
        }
        Pem key = keys.get(0);
        if (key.isEncrypted()) {
            throw new TrustException(source + " is encrypted, and nobody is there to type its pass phrase:"
                    + " openssl pkcs8 -topk8 -nocrypt -in FILE -out OTHER makes one that is not;"
                    + " keep that where only its user can read it");
        } else if (!key.label().equals(Pem.PRIVATE_KEY)) {
            throw new TrustException(source + " has a key of the form " + key.label() + ", and PKCS#8 is wanted:"
                    + " openssl pkcs8 -topk8 -nocrypt -in FILE -out OTHER makes it");
        }
        return decoded(new PKCS8EncodedKeySpec(key.bytes()), source);
    }

    private static PrivateKey decoded(PKCS8EncodedKeySpec encoded, String source) {
        return Stream.of("EC", "RSA")
                .flatMap(algorithm -> decodedAs(algorithm, encoded).stream())
                .findFirst()
                .orElseThrow(() ->
                        new TrustException(source + " has a private key that is damaged or of another kind: " + TAKEN));
    }

    /** Nothing, where it is of another kind. */
    private static Optional<PrivateKey> decodedAs(String algorithm, PKCS8EncodedKeySpec encoded) {
        try {
            return Optional.of(KeyFactory.getInstance(algorithm).generatePrivate(encoded));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + algorithm, e);
        }
    }

    /** As PEM, for a file that its owner alone can read. */
    public static String write(PrivateKey key) {
        return new Pem(Pem.PRIVATE_KEY, key.getEncoded()).toString();
    }

    /**
     * Nothing, where it is one of the keys that are taken.
     *
     * @param source what has the key, for messages
     * @throws TrustException where it is another, or no key at all, such as a point that is not on its curve
     */
    public static void requireStrong(PublicKey key, String source) {
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            if (bits < LEAST_RSA_BITS) {
                throw new TrustException(source + " has an RSA key of " + bits + " bits, which is weak: " + TAKEN);
            }
        } else if (!(key instanceof ECPublicKey ec) || !(isOn(P256, ec) || isOn(P384, ec))) {
            throw new TrustException(source + " has a key of another kind (" + key.getAlgorithm() + "): " + TAKEN);
        } else if (!isPoint(ec)) {
            throw new TrustException(source + " has a key that is not on its curve: it is damaged, or made to mislead");
        }
    }

    /** By which a key of these kinds signs certificates and requests. */
    public static String signature(PrivateKey key) {
        if (key instanceof RSAKey) {
            return "SHA256withRSA";
        }
        boolean large = key instanceof ECKey ec && ec.getParams().getOrder().bitLength() > 256;
        return large ? "SHA384withECDSA" : "SHA256withECDSA";
    }

    /** Whether what the private key signs is what the public key verifies. */
    public static boolean fit(PrivateKey own, PublicKey known) {
        if (!own.getAlgorithm().equals(known.getAlgorithm())) {
            return false;
        }
        byte[] said = {1, 2, 3, 4};
        try {
            Signature signing = Signature.getInstance(signature(own));
            signing.initSign(own);
            signing.update(said);
            byte[] signed = signing.sign();
            Signature verifying = Signature.getInstance(signature(own));
            verifying.initVerify(known);
            verifying.update(said);
            return verifying.verify(signed);
        } catch (GeneralSecurityException e) { // Such as a signature of another curve, which has another length.
            return false;
        }
    }

    private static boolean isOn(String curve, ECPublicKey key) {
        try {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
            parameters.init(new ECGenParameterSpec(curve));
            ECParameterSpec known = parameters.getParameterSpec(ECParameterSpec.class);
            ECParameterSpec its = key.getParams();
            return known.getCurve().equals(its.getCurve())
                    && known.getGenerator().equals(its.getGenerator())
                    && known.getOrder().equals(its.getOrder())
                    && known.getCofactor() == its.getCofactor();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + curve, e);
        }
    }

    /** Whether y² = x³ + ax + b (SEC 1, 2.2.1): not every JDK looks. */
    private static boolean isPoint(ECPublicKey key) {
        ECPoint point = key.getW();
        BigInteger p = ((ECFieldFp) key.getParams().getCurve().getField()).getP();
        if (point.equals(ECPoint.POINT_INFINITY)
                || point.getAffineX().compareTo(p) >= 0
                || point.getAffineY().compareTo(p) >= 0) {
            return false;
        }
        BigInteger x = point.getAffineX();
        BigInteger right = x.pow(3)
                .add(key.getParams().getCurve().getA().multiply(x))
                .add(key.getParams().getCurve().getB());
        return point.getAffineY().pow(2).subtract(right).mod(p).signum() == 0;
    }
}
