package dev.persys.http.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.persys.access.Role;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The public keys by which access tokens are verified. Algorithm, type, issuer and audience are pinned: what a token says of
 * how it wants to be verified decides nothing but which of these keys is looked up. Immutable.
 */
public final class VerifyingKeys {
    /** No token is good. */
    public static final VerifyingKeys NONE = new VerifyingKeys(Map.of());

    /** Longer than any that we sign. */
    private static final int LONGEST = 4_096;

    /** Clocks of two machines are this much apart at most. */
    private static final Duration SKEW = Duration.ofSeconds(5);

    private static final JOSEObjectType TYPE = new JOSEObjectType(AccessToken.TYPE);

    private final Map<String, ECDSAVerifier> byId;

    private VerifyingKeys(Map<String, ECDSAVerifier> byId) {
        this.byId = Map.copyOf(byId);
    }

    /**
     * Those of a JWK set; keys that are not for ES256 are left out.
     *
     * @throws IllegalArgumentException where {@code json} is no such set
     */
    public static VerifyingKeys of(String json) {
        try {
            Map<String, ECDSAVerifier> keys = new HashMap<>();
            for (JWK key : JWKSet.parse(json).getKeys()) {
                if (key instanceof ECKey ec && ec.getCurve().equals(Curve.P_256) && ec.getKeyID() != null) {
                    keys.put(ec.getKeyID(), new ECDSAVerifier(ec.toPublicJWK()));
                }
            }
            return new VerifyingKeys(keys);
        } catch (ParseException | JOSEException e) {
            throw new IllegalArgumentException("no set of keys: " + e.getMessage(), e);
        }
    }

    /** What a text turned out to be. */
    public sealed interface Verdict {
        record Good(AccessToken token) implements Verdict {}

        /** Signed by us, and over. */
        record Expired() implements Verdict {}

        /** Signed with a key that is not here: of another scheduler, newer than these keys, or of somebody else. */
        record UnknownKey() implements Verdict {}

        /** None of ours. */
        record Foreign() implements Verdict {}
    }

    /** Whether {@code text} is an access token that is good now. Never fails, whatever it is. */
    public Verdict verify(String text, Instant now) {
        if (text.length() > LONGEST) {
            return new Verdict.Foreign();
        }
        try {
            SignedJWT jwt = SignedJWT.parse(text);
            JWSHeader header = jwt.getHeader();
            if (!JWSAlgorithm.ES256.equals(header.getAlgorithm())
                    || !TYPE.equals(header.getType())
                    || header.getKeyID() == null
                    || header.getCriticalParams() != null) {
                return new Verdict.Foreign();
            }
            ECDSAVerifier key = byId.get(header.getKeyID());
            if (key == null) {
                return new Verdict.UnknownKey();
            }
            return jwt.verify(key) ? claims(jwt.getJWTClaimsSet(), now) : new Verdict.Foreign();
        } catch (ParseException | JOSEException | IllegalArgumentException | IllegalStateException e) {
            return new Verdict.Foreign();
        }
    }

    private static Verdict claims(JWTClaimsSet claims, Instant now) throws ParseException {
        Date expires = claims.getExpirationTime();
        Date issued = claims.getIssueTime();
        Optional<Role> role =
                Optional.ofNullable(claims.getStringClaim(AccessToken.ROLE)).flatMap(Role::of);
        String session = claims.getStringClaim(AccessToken.SESSION);
        String csrf = claims.getStringClaim(AccessToken.CSRF);
        boolean isOurs = AccessToken.ISSUER.equals(claims.getIssuer())
                && List.of(AccessToken.AUDIENCE).equals(claims.getAudience());
        if (!isOurs
                || expires == null
                || issued == null
                || role.isEmpty()
                || session == null
                || csrf == null
                || claims.getSubject() == null
                || now.plus(SKEW).isBefore(issued.toInstant())) {
            return new Verdict.Foreign();
        } else if (!now.minus(SKEW).isBefore(expires.toInstant())) {
            return new Verdict.Expired();
        }
        return new Verdict.Good(new AccessToken(claims.getSubject(), session, role.get(), csrf, expires.toInstant()));
    }

    /** The ids of all, for who asks whether there are newer ones. */
    public Set<String> ids() {
        return byId.keySet();
    }
}
