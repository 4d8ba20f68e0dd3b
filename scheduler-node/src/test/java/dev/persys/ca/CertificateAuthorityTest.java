package dev.persys.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.persys.model.ClusterId;
import dev.persys.testing.Processes;
import dev.persys.trust.Certificates;
import dev.persys.trust.Expiry;
import dev.persys.trust.Keys;
import dev.persys.trust.Pin;
import dev.persys.trust.Renewal;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateAuthorityTest {
    private static final ClusterId CLUSTER = new ClusterId("c-1");
    private static final SpiffeId NODE = new SpiffeId(CLUSTER, Role.AGENT, "node-1");
    private static final Instant NOW = ForeignRoots.moment();
    private static final KeyPair KEYS = Keys.make(ForeignRoots.RANDOM);
    private static final SigningRequest REQUEST = new SigningRequest(KEYS.getPublic());
    private static final KeyPair P384 = ForeignRoots.curve("secp384r1");
    private static final KeyPair RSA = ForeignRoots.rsa(3072);

    private final CertificateAuthority authority = CertificateAuthority.create(CLUSTER, NOW, ForeignRoots.RANDOM);

    // --- What is made

    @Test
    void rootIsOneThatSignsAndNothingElse() throws GeneralSecurityException {
        X509Certificate root = authority.roots().signing();

        root.verify(root.getPublicKey());
        Keys.requireStrong(root.getPublicKey(), "the root");
        assertThat(root.getBasicConstraints()).as("path length").isZero();
        assertThat(root.getKeyUsage()).containsExactly(usage(5, 6));
        assertThat(root.getCriticalExtensionOIDs()).contains("2.5.29.19", "2.5.29.15");
        assertThat(root.getSubjectX500Principal().getName()).contains("O=c-1");
        assertThat(names(root)).containsExactly("6 spiffe://c-1");
        assertThat(root.getNotBefore())
                .isEqualTo(Date.from(NOW.minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS)));
        assertThat(Duration.between(NOW, root.getNotAfter().toInstant()).toDays())
                .isBetween(3650L, 3653L);
    }

    @Test
    void certificateHasItsIdentityAndNothingMore() throws GeneralSecurityException {
        X509Certificate certificate = sign(authority);

        assertThat(SpiffeId.of(certificate, CLUSTER)).isEqualTo(NODE);
        assertThat(names(certificate)).containsExactly("6 spiffe://c-1/agent/node-1");
        assertThat(certificate.getPublicKey()).isEqualTo(KEYS.getPublic());
        assertThat(certificate.getBasicConstraints()).isEqualTo(-1);
        assertThat(certificate.getKeyUsage()).containsExactly(usage(0));
        assertThat(certificate.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2");
        assertThat(certificate.getNotBefore())
                .isEqualTo(Date.from(NOW.minus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS)));
        assertThat(certificate.getNotAfter())
                .isEqualTo(Date.from(NOW.plus(Duration.ofDays(30)).truncatedTo(ChronoUnit.SECONDS)));
        assertThat(Expiry.of(certificate, NOW)).isEqualTo(Expiry.OK);
        assertThat(Renewal.due(certificate, NOW.plus(Duration.ofDays(17)))).isFalse();
        assertThat(Renewal.due(certificate, NOW.plus(Duration.ofDays(20)))).isTrue();
    }

    @Test
    void identityOfAnotherClusterIsNoneHere() {
        assertThat(SpiffeId.of(sign(authority))).isEqualTo(NODE);
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SpiffeId.of(sign(authority), new ClusterId("c-2")))
                .withMessageContaining("of the cluster c-1, and this is c-2");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SpiffeId.of(new ForeignRoots(KEYS).make()))
                .withMessageContaining("0 URI names");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "spiffe://c-1/agent/node-1 spiffe://c-1/operator/jane",
                "spiffe://c-1/agent/node-1 spiffe://c-1/agent/node-1",
                "spiffe://c-1/agent/node-1 https://c-1.example",
                "https://c-1/agent/node-1",
                "spiffe://c-1",
                "spiffe://c-1/root/node-1",
                "spiffe://c-1/agent/node-1/",
                "spiffe://c-1/agent/Node-1",
                "spiffe://c-1/agent/node%2d1",
                "spiffe://c-1/agent/node-1\u0000",
                "spiffe://c-1\u0000/agent/node-1",
                "node-1"
            })
    void whateverElseACertificateHasForANameIsNoIdentity(String names) {
        X509Certificate certificate =
                new ForeignRoots(KEYS).of(names.split(" ", -1)).make();

        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> SpiffeId.of(certificate, CLUSTER))
                .satisfies(e -> assertThat(e.getMessage()).matches("[ -~]+"));
    }

    @Test
    void dnsNamesAreThoseOfTheCallerAlone() throws CertificateException {
        X509Certificate certificate = authority.sign(
                REQUEST, NODE, CertificateAuthority.LIFE, List.of("node-1.example"), NOW, ForeignRoots.RANDOM);

        assertThat(names(certificate)).containsExactly("6 spiffe://c-1/agent/node-1", "2 node-1.example");
        assertThat(SpiffeId.of(certificate)).isEqualTo(NODE);
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> authority.sign(
                        REQUEST, NODE, CertificateAuthority.LIFE, List.of("a b"), NOW, ForeignRoots.RANDOM));
    }

    @Test
    void serialsAreRandomAndOf128Bits() {
        Set<Object> serials = new HashSet<>();
        int longest = 0;
        for (int i = 0; i < 40; i++) {
            X509Certificate certificate = sign(authority);
            serials.add(certificate.getSerialNumber());
            assertThat(certificate.getSerialNumber().signum()).isPositive();
            longest = Math.max(longest, certificate.getSerialNumber().bitLength());
        }
        assertThat(serials).hasSize(40);
        assertThat(longest).isBetween(120, 128);
    }

    @Test
    void nothingOutlivesTheRoot() {
        Instant nearEnd = authority.roots().signing().getNotAfter().toInstant().minus(Duration.ofDays(3));

        X509Certificate certificate =
                authority.sign(REQUEST, NODE, CertificateAuthority.LIFE, List.of(), nearEnd, ForeignRoots.RANDOM);

        assertThat(certificate.getNotAfter())
                .isEqualTo(authority.roots().signing().getNotAfter());
    }

    @ParameterizedTest
    @MethodSource("authorities")
    void jdkBelievesWhatItSigned(CertificateAuthority each) {
        assertThatCode(() -> validate(sign(each), each.roots())).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource("authorities")
    @EnabledIf("opensslIsThere")
    void opensslBelievesWhatItSigned(CertificateAuthority each, @TempDir Path directory) throws IOException {
        Path roots =
                file(directory, "roots.pem", Certificates.write(each.roots().trusted()));
        Path certificate = file(directory, "certificate.pem", Certificates.write(List.of(sign(each))));

        for (String purpose : List.of("sslserver", "sslclient")) {
            assertThat(Processes.run(
                            "openssl",
                            "verify",
                            "-x509_strict",
                            "-purpose",
                            purpose,
                            "-CAfile",
                            roots.toString(),
                            certificate.toString()))
                    .contains("OK");
        }
        assertThat(Processes.run("openssl", "x509", "-noout", "-text", "-in", certificate.toString()))
                .contains("URI:spiffe://c-1/agent/node-1", "CA:FALSE", "Digital Signature");
    }

    static Stream<CertificateAuthority> authorities() {
        CertificateAuthority made = CertificateAuthority.create(CLUSTER, NOW, ForeignRoots.RANDOM);
        return Stream.of(
                made,
                made.rotated(NOW, ForeignRoots.RANDOM),
                made.rotated(NOW, ForeignRoots.RANDOM).finished(),
                CertificateAuthority.imported(CLUSTER, strict(P384), NOW),
                CertificateAuthority.imported(CLUSTER, strict(RSA), NOW));
    }

    /** As openssl's strict check wants them; its root has the identifier of its key, which ours writes into what it signs. */
    private static CertificateAuthority.Material strict(KeyPair keys) {
        X509Certificate root = new CertificateBuilding(ForeignRoots.RANDOM)
                .root(CLUSTER, keys, NOW.minusSeconds(60), NOW.plus(Duration.ofDays(90)));
        return new CertificateAuthority.Material(keys.getPrivate(), root, "root.pem");
    }

    @Test
    @EnabledIf("opensslIsThere")
    void pinIsWhatOpensslMakesOfTheKey(@TempDir Path directory) throws IOException {
        Path root =
                file(directory, "root.pem", Certificates.write(authority.roots().trusted()));
        String digest = Processes.run(
                "sh",
                "-c",
                "openssl x509 -noout -pubkey -in " + root
                        + " | openssl pkey -pubin -outform DER | openssl dgst -sha256 -r");

        assertThat(Pin.of(authority.roots().signing())).hasToString("sha256:" + digest.split(" ", 2)[0]);
    }

    // --- What is brought along

    @Test
    void rootsOfOthersAreTaken() {
        for (KeyPair keys : List.of(KEYS, P384, RSA)) {
            CertificateAuthority brought =
                    CertificateAuthority.imported(CLUSTER, new ForeignRoots(keys).material(), NOW);
            KeyPair own = Keys.make(ForeignRoots.RANDOM);
            X509Certificate certificate = brought.sign(
                    new SigningRequest(own.getPublic()),
                    NODE,
                    CertificateAuthority.LIFE,
                    List.of(),
                    NOW,
                    ForeignRoots.RANDOM);
            assertThatCode(() -> validate(certificate, brought.roots())).doesNotThrowAnyException();
        }
        assertThatCode(() -> CertificateAuthority.imported(
                        CLUSTER, new ForeignRoots(P384).of("spiffe://c-1").material(), NOW))
                .doesNotThrowAnyException();
    }

    static Stream<Arguments> refusedRoots() {
        return Stream.of(
                Arguments.of(new ForeignRoots(P384).thatIsNoAuthority(), "signs none"),
                Arguments.of(new ForeignRoots(P384).thatMayNotSign(), "lacks keyCertSign"),
                Arguments.of(new ForeignRoots(P384).to(NOW.minusSeconds(60)), "expired at"),
                Arguments.of(new ForeignRoots(P384).from(NOW.plusSeconds(600)), "not valid before"),
                Arguments.of(new ForeignRoots(P384).of("spiffe://c-2"), "of another cluster"),
                Arguments.of(new ForeignRoots(P384).of("spiffe://c-1/agent/node-1"), "of another cluster"),
                Arguments.of(new ForeignRoots(P384).demandingWhatNobodyKnows(), "critical extensions"),
                Arguments.of(new ForeignRoots(P384).signedWith(ForeignRoots.curve("secp384r1")), "not its own"),
                Arguments.of(new ForeignRoots(ForeignRoots.rsa(1024)), "weak"),
                Arguments.of(new ForeignRoots(ForeignRoots.curve("secp521r1")), "another kind"));
    }

    @ParameterizedTest
    @MethodSource("refusedRoots")
    void rootsThatAreNoneAreRefused(ForeignRoots root, String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> CertificateAuthority.imported(CLUSTER, root.material(), NOW))
                .withMessageStartingWith("root.pem ")
                .withMessageContaining(message);
    }

    @Test
    void keyOfAnotherCertificateIsRefused() {
        X509Certificate root = new ForeignRoots(P384).make();
        for (KeyPair other : List.of(KEYS, ForeignRoots.curve("secp384r1"), RSA)) {
            assertThatExceptionOfType(TrustException.class)
                    .isThrownBy(() -> CertificateAuthority.imported(
                            CLUSTER, new CertificateAuthority.Material(other.getPrivate(), root, "root.pem"), NOW))
                    .withMessageContaining("not of the key");
        }
    }

    @Test
    void filesThatHoldSomethingElseAreRefused() {
        String key = Keys.write(P384.getPrivate());
        String root = Certificates.write(List.of(new ForeignRoots(P384).make()));
        assertThat(CertificateAuthority.Material.read(key, "key", root, "root").key())
                .isEqualTo(P384.getPrivate());
        refused(key, "nothing", "root has no certificate in PEM");
        refused(key, root + root, "root has 2 certificates");
        refused(key, root.replace("MII", "MIJ"), "root has a certificate that cannot be read");
        refused(root, root, "key has no private key");
        refused(root, key, "key has no private key");
    }

    private static void refused(String key, String root, String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> CertificateAuthority.Material.read(key, "key", root, "root"))
                .withMessageContaining(message);
    }

    // --- What is not signed

    @Test
    void anAuthorityThatIsOverOrNotYetSignsNothing() {
        X509Certificate root = authority.roots().signing();
        for (Instant moment : List.of(
                root.getNotAfter().toInstant().plusSeconds(1),
                root.getNotBefore().toInstant().minusSeconds(1))) {
            assertThatExceptionOfType(TrustException.class)
                    .isThrownBy(() -> authority.sign(
                            REQUEST, NODE, CertificateAuthority.LIFE, List.of(), moment, ForeignRoots.RANDOM))
                    .withMessageContaining("the root of c-1");
        }
    }

    @Test
    void othersAndRootsThemselvesAndNothingAtAllAreNotSigned() {
        notSigned(
                REQUEST,
                new SpiffeId(new ClusterId("c-2"), Role.AGENT, "node-1"),
                CertificateAuthority.LIFE,
                "another cluster");
        notSigned(REQUEST, NODE, Duration.ZERO, "some time");
        notSigned(REQUEST, NODE, Duration.ofDays(-1), "some time");
        notSigned(
                new SigningRequest(authority.roots().signing().getPublicKey()),
                NODE,
                CertificateAuthority.LIFE,
                "root's own key");
    }

    private void notSigned(SigningRequest request, SpiffeId identity, Duration life, String message) {
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> authority.sign(request, identity, life, List.of(), NOW, ForeignRoots.RANDOM))
                .withMessageContaining(message);
    }

    // --- How the root changes

    @Test
    void bothRootsAreBelievedWhileTheyChangeAndTheNextOneAloneAfterwards() {
        X509Certificate before = sign(authority);
        CertificateAuthority changing = authority.rotated(NOW, ForeignRoots.RANDOM);
        X509Certificate after = sign(changing);

        assertThatCode(() -> validate(before, changing.roots())).doesNotThrowAnyException();
        assertThatCode(() -> validate(after, changing.roots())).doesNotThrowAnyException();
        assertThatExceptionOfType(CertPathValidatorException.class)
                .as("who has not heard of the next root yet")
                .isThrownBy(() -> validate(after, authority.roots()));
        assertThatExceptionOfType(CertPathValidatorException.class)
                .isThrownBy(() -> validate(before, changing.finished().roots()));
        assertThatCode(() -> validate(after, changing.finished().roots())).doesNotThrowAnyException();
        assertThat(changing.cluster()).isEqualTo(CLUSTER);
    }

    @Test
    void everyStepOfAChangeFromEveryState() {
        X509Certificate first = authority.roots().signing();
        X509Certificate second = new ForeignRoots(P384).make();
        X509Certificate third = new ForeignRoots(RSA).make();
        Roots settled = Roots.of(first);
        Roots changing = settled.begun(second);

        assertThat(settled.trusted()).containsExactly(first);
        assertThat(changing.trusted()).containsExactly(second, first);
        assertThat(changing.finished()).isEqualTo(Roots.of(second));
        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(settled::finished)
                .withMessageContaining("nothing to finish");
        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(() -> changing.begun(third))
                .withMessageContaining("--finish");
        assertThatExceptionOfType(AuthorityStateException.class)
                .isThrownBy(() -> settled.begun(first))
                .withMessageContaining("has the key");
    }

    @Test
    void theNextRootMayBeBroughtAlongAndIsCheckedAsTheFirstOneIs() {
        CertificateAuthority changing = authority.rotated(strict(P384), NOW);
        assertThatCode(() -> validate(sign(changing), changing.roots())).doesNotThrowAnyException();
        assertThatExceptionOfType(TrustException.class)
                .isThrownBy(() -> authority.rotated(
                        new ForeignRoots(P384).thatMayNotSign().material(), NOW));
    }

    // --- Helpers

    static boolean opensslIsThere() {
        return Stream.of(System.getenv("PATH").split(":", -1))
                .anyMatch(bin -> Files.isExecutable(Path.of(bin, "openssl")));
    }

    private static X509Certificate sign(CertificateAuthority authority) {
        return authority.sign(REQUEST, NODE, CertificateAuthority.LIFE, List.of(), NOW, ForeignRoots.RANDOM);
    }

    private static void validate(X509Certificate certificate, Roots roots) throws GeneralSecurityException {
        PKIXParameters parameters = new PKIXParameters(roots.trusted().stream()
                .map(root -> new TrustAnchor(root, null))
                .collect(Collectors.toSet()));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX")
                .validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(certificate)), parameters);
    }

    private static List<String> names(X509Certificate certificate) throws CertificateException {
        return certificate.getSubjectAlternativeNames().stream()
                .map(name -> name.get(0) + " " + name.get(1))
                .toList();
    }

    private static boolean[] usage(int... set) {
        boolean[] usage = new boolean[9];
        for (int bit : set) {
            usage[bit] = true;
        }
        return usage;
    }

    private static Path file(Path directory, String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text);
    }
}
