package dev.persys.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class KeysTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final KeyPair KEYS = Keys.make(RANDOM);

    @Test
    void keysAreReadAsTheyAreWritten() {
        String pem = Keys.write(KEYS.getPrivate());

        assertThat(pem).startsWith("-----BEGIN PRIVATE KEY-----\n").endsWith("-----END PRIVATE KEY-----\n");
        assertThat(Keys.read("a comment\n" + pem.replace("\n", "\r\n"), "key.pem"))
                .isEqualTo(KEYS.getPrivate());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nothing | no private key",
                "-----BEGIN PRIVATE KEY-----\\nAAAA | does not end",
                "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----BEGIN PRIVATE KEY----- | does not end",
                "-----BEGIN PRIVATE KEY-----\\n*\\n-----END PRIVATE KEY----- | no Base64",
                "-----BEGIN PRIVATE KEY-----\\nAAAA\\n-----END PRIVATE KEY----- | damaged or of another kind",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\\nAAAA\\n-----END ENCRYPTED PRIVATE KEY----- | is encrypted",
                "-----BEGIN EC PRIVATE KEY-----\\nProc-Type: 4,ENCRYPTED\\nDEK-Info: AES-256-CBC,00\\n\\nAAAA\\n-----END EC PRIVATE KEY----- | is encrypted",
                "-----BEGIN EC PRIVATE KEY-----\\nAAAA\\n-----END EC PRIVATE KEY----- | PKCS#8 is wanted: openssl pkcs8",
                "-----BEGIN CERTIFICATE-----\\nAAAA\\n-----END CERTIFICATE----- | no private key",
            })
    void whatIsNoKeyIsRefusedWithWhatWouldDo(String text, String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> Keys.read(text.replace("\\n", "\n"), "key.pem"))
                .withMessageStartingWith("key.pem ")
                .withMessageContaining(message);
    }

    @Test
    void twoKeysAreRefused() {
        String pem = Keys.write(KEYS.getPrivate());
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> Keys.read(pem + pem, "key.pem"))
                .withMessageContaining("2 private keys");
    }

    @ParameterizedTest
    @ValueSource(strings = {"secp256r1", "secp384r1"})
    void curvesThatAreStrongAreTaken(String curve) throws GeneralSecurityException {
        KeyPair keys = curve(curve);
        assertThatCode(() -> Keys.requireStrong(keys.getPublic(), "x")).doesNotThrowAnyException();
        assertThat(Keys.fit(keys.getPrivate(), keys.getPublic())).isTrue();
        assertThat(Keys.fit(keys.getPrivate(), KEYS.getPublic())).isFalse();
    }

    @Test
    void whatIsWeakOrUnknownOrNoKeyIsRefused() throws GeneralSecurityException {
        refused(curve("secp521r1").getPublic(), "another kind (EC)");
        refused(KeyPairGenerator.getInstance("Ed25519").generateKeyPair().getPublic(), "another kind");
        refused(rsa(2048), "2048 bits, which is weak");
        assertThatCode(() -> Keys.requireStrong(rsa(3072), "x")).doesNotThrowAnyException();
        ECPublicKey key = (ECPublicKey) KEYS.getPublic();
        ECPoint aside =
                new ECPoint(key.getW().getAffineX(), key.getW().getAffineY().add(BigInteger.ONE));
        refused(
                KeyFactory.getInstance("EC").generatePublic(new ECPublicKeySpec(aside, key.getParams())),
                "not on its curve");
    }

    @Test
    void pinsAreReadAsTheyAreWrittenAndNothingElseIsOne() {
        Pin pin = new Pin("0123456789abcdef".repeat(4));
        assertThat(Pin.parse(pin.toString())).isEqualTo(pin);
        for (String text : new String[] {
            "",
            "sha256:",
            pin.hex(),
            "sha256:" + pin.hex() + "0",
            "SHA256:" + pin.hex(),
            "sha256:" + "0123456789ABCDEF".repeat(4),
            "sha256:" + pin.hex() + "\n"
        }) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> Pin.parse(text));
        }
    }

    private static void refused(PublicKey key, String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> Keys.requireStrong(key, "request.pem"))
                .withMessageStartingWith("request.pem ")
                .withMessageContaining(message);
    }

    private static KeyPair curve(String name) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec(name), RANDOM);
        return generator.generateKeyPair();
    }

    /** Of that size; only its size is looked at. */
    private static PublicKey rsa(int bits) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA")
                .generatePublic(
                        new RSAPublicKeySpec(BigInteger.ONE.shiftLeft(bits - 1).setBit(0), BigInteger.valueOf(65537)));
    }
}
