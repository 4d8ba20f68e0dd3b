package dev.persys.http.token;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.persys.access.Role;
import dev.persys.http.token.VerifyingKeys.Verdict;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What attackers do to a JWT. */
final class VerifyingKeysTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");
    private static final AccessToken TOKEN = new AccessToken(
            "alice", "00000000000000aa", Role.OPERATOR, "c".repeat(64), NOW.plus(Duration.ofMinutes(5)));

    private final SigningKeys signing = new SigningKeys(Duration.ofHours(24), Duration.ofMinutes(5));
    private final String jwt = signing.sign(TOKEN, NOW);
    private final VerifyingKeys keys = VerifyingKeys.of(signing.publicKeys(NOW));

    @Test
    void tokenSaysWhatItWasSignedWith() {
        assertThat(keys.verify(jwt, NOW)).isEqualTo(new Verdict.Good(TOKEN));
    }

    @Test
    void tokenIsOverAfterItsLife() {
        assertThat(keys.verify(jwt, NOW.plus(Duration.ofMinutes(6)))).isEqualTo(new Verdict.Expired());
    }

    @Test
    void tokenOfTheFutureIsForeign() {
        assertThat(keys.verify(jwt, NOW.minusSeconds(60))).isEqualTo(new Verdict.Foreign());
    }

    @Test
    void anyChangedCharacterOfTheClaimsOrTheSignatureMakesItForeign() {
        String[] parts = jwt.split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), StandardCharsets.UTF_8);
        String admin = encoded(claims.replace("operator", "admin"));

        assertThat(keys.verify(parts[0] + "." + admin + "." + parts[2], NOW)).isEqualTo(new Verdict.Foreign());
        for (int at = 0; at < parts[2].length() - 1; at += 7) {
            char other = parts[2].charAt(at) == 'A' ? 'B' : 'A';
            String signature = parts[2].substring(0, at) + other + parts[2].substring(at + 1);
            assertThat(keys.verify(parts[0] + "." + parts[1] + "." + signature, NOW))
                    .isEqualTo(new Verdict.Foreign());
        }
    }

    @Test
    void unsignedOneIsForeignWhateverItSays() {
        String[] parts = jwt.split("\\.", -1);
        String kid = keys.ids().iterator().next();
        for (String algorithm : new String[] {"none", "None", "NONE", ""}) {
            String head = encoded("{\"alg\":\"" + algorithm + "\",\"typ\":\"at+jwt\",\"kid\":\"" + kid + "\"}");
            assertThat(keys.verify(head + "." + parts[1] + ".", NOW)).isEqualTo(new Verdict.Foreign());
            assertThat(keys.verify(head + "." + parts[1] + "." + parts[2], NOW)).isEqualTo(new Verdict.Foreign());
        }
        assertThat(keys.verify(parts[0] + "." + parts[1] + ".", NOW)).isEqualTo(new Verdict.Foreign());
    }

    /** The public key, which anybody may have, as the secret of an HMAC. */
    @Test
    void publicKeyIsNoSecretToSignWith() throws Exception {
        byte[] secret = signing.publicKeys(NOW).getBytes(StandardCharsets.UTF_8);
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.HS256)
                        .type(new JOSEObjectType("at+jwt"))
                        .keyID(keys.ids().iterator().next())
                        .build(),
                SignedJWT.parse(jwt).getJWTClaimsSet());
        forged.sign(new MACSigner(secret));

        assertThat(keys.verify(forged.serialize(), NOW)).isEqualTo(new Verdict.Foreign());
    }

    @Test
    void oneOfAnotherKeyIsForeignUnderOurKeysNameAndUnknownUnderItsOwn() throws Exception {
        ECKey foreign = new ECKeyGenerator(Curve.P_256).keyID("theirs").generate();

        assertThat(keys.verify(signed(foreign, keys.ids().iterator().next(), "at+jwt", claims()), NOW))
                .isEqualTo(new Verdict.Foreign());
        assertThat(keys.verify(signed(foreign, "theirs", "at+jwt", claims()), NOW))
                .isEqualTo(new Verdict.UnknownKey());
    }

    /** What is signed with the right key for something else. */
    @Test
    void otherTypeIssuerAudienceOrAClaimThatIsMissingMakesItForeign() throws Exception {
        ECKey own = new ECKeyGenerator(Curve.P_256).keyID("own").generate();
        VerifyingKeys known = VerifyingKeys.of(new JWKSet(own).toString(true));

        assertThat(known.verify(signed(own, "own", "at+jwt", claims()), NOW)).isInstanceOf(Verdict.Good.class);
        assertThat(known.verify(signed(own, "own", "JWT", claims()), NOW)).isEqualTo(new Verdict.Foreign());
        assertThat(known.verify(
                        signed(
                                own,
                                "own",
                                "at+jwt",
                                new JWTClaimsSet.Builder(claims()).issuer("x").build()),
                        NOW))
                .isEqualTo(new Verdict.Foreign());
        assertThat(known.verify(
                        signed(
                                own,
                                "own",
                                "at+jwt",
                                new JWTClaimsSet.Builder(claims()).audience("x").build()),
                        NOW))
                .isEqualTo(new Verdict.Foreign());
        for (String claim : new String[] {"sub", "sid", "role", "csrf", "exp", "iat", "iss", "aud"}) {
            assertThat(known.verify(
                            signed(
                                    own,
                                    "own",
                                    "at+jwt",
                                    new JWTClaimsSet.Builder(claims())
                                            .claim(claim, null)
                                            .build()),
                            NOW))
                    .as(claim)
                    .isEqualTo(new Verdict.Foreign());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "...", "a.b.c", "persys_x", "{}", "eyJhbGciOiJFUzI1NiJ9.e30.", "\u0000"})
    void garbageIsForeign(String text) {
        assertThat(keys.verify(text, NOW)).isEqualTo(new Verdict.Foreign());
        assertThat(keys.verify("A".repeat(5_000), NOW)).isEqualTo(new Verdict.Foreign());
    }

    @Test
    void nextKeySignsAfterTheLifeOfOneAndBothAreKnownUntilNothingOfTheFirstIsAlive() {
        Instant later = NOW.plus(Duration.ofHours(24)).plusSeconds(1);
        AccessToken other = new AccessToken("bob", "00000000000000bb", Role.VIEWER, "c", later.plusSeconds(300));
        String next = signing.sign(other, later);
        VerifyingKeys both = VerifyingKeys.of(signing.publicKeys(later));

        assertThat(both.ids()).hasSize(2);
        assertThat(both.verify(next, later)).isEqualTo(new Verdict.Good(other));
        assertThat(keys.verify(next, later)).isEqualTo(new Verdict.UnknownKey());
        assertThat(VerifyingKeys.of(signing.publicKeys(later.plus(Duration.ofMinutes(6))))
                        .ids())
                .hasSize(1);
    }

    @Test
    void publishedKeysHaveNoPrivatePart() {
        assertThat(signing.publicKeys(NOW)).doesNotContain("\"d\"");
    }

    private static JWTClaimsSet claims() {
        return new JWTClaimsSet.Builder()
                .issuer("persys")
                .audience("persys-gateway")
                .subject("mallory")
                .claim("sid", "00000000000000aa")
                .claim("role", "admin")
                .claim("csrf", "c")
                .issueTime(Date.from(NOW))
                .expirationTime(Date.from(NOW.plusSeconds(300)))
                .build();
    }

    private static String signed(ECKey key, String kid, String type, JWTClaimsSet claims) throws Exception {
        SignedJWT forged = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.ES256)
                        .type(new JOSEObjectType(type))
                        .keyID(kid)
                        .build(),
                claims);
        forged.sign(new ECDSASigner(key));
        return forged.serialize();
    }

    private static String encoded(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }
}
