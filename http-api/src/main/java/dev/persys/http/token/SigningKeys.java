package dev.persys.http.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Date;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

/**
 * The keys of one scheduler with which access tokens are signed: ECDSA on P-256 (ES256). They are made here, never leave
 * this process, and are never stored: who has another scheduler's token gets a new one by its refresh token, within the
 * minutes that it would have lived anyway. Thread-safe.
 */
public final class SigningKeys {
    private final Duration keyLife;
    private final Duration tokenLife;

    /** The one that signs first. */
    private final Deque<Made> keys = new ArrayDeque<>();

    private record Made(ECKey key, ECDSASigner signer, Instant at, Instant until) {}

    /**
     * None yet.
     *
     * @param keyLife after which another key signs
     * @param tokenLife of what is signed; a key is known as long beyond its own life
     */
    public SigningKeys(Duration keyLife, Duration tokenLife) {
        this.keyLife = keyLife;
        this.tokenLife = tokenLife;
    }

    /** An access token that lives from now on. */
    public synchronized String sign(AccessToken token, Instant now) {
        Made made = current(now);
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(new JOSEObjectType(AccessToken.TYPE))
                .keyID(made.key().getKeyID())
                .build();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(AccessToken.ISSUER)
                .audience(AccessToken.AUDIENCE)
                .subject(token.principal())
                .claim(AccessToken.SESSION, token.session())
                .claim(AccessToken.ROLE, token.role().word())
                .claim(AccessToken.CSRF, token.csrfDigest())
                .issueTime(Date.from(now))
                .expirationTime(Date.from(token.expiresAt()))
                .build();
        SignedJWT jwt = new SignedJWT(header, claims);
        try {
            jwt.sign(made.signer());
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform signs with ES256", e);
        }
        return jwt.serialize();
    }

    /** How long what is signed lives. */
    public Duration tokenLife() {
        return tokenLife;
    }

    /** The public parts, as a JWK set (RFC 7517) in JSON: all by which a token that is alive may be signed. */
    public synchronized String publicKeys(Instant now) {
        current(now);
        List<JWK> all = new ArrayList<>();
        keys.forEach(made -> all.add(made.key().toPublicJWK()));
        return new JWKSet(all).toString(true);
    }

    private Made current(Instant now) {
        keys.removeIf(made -> now.isAfter(made.until()));
        if (keys.isEmpty() || now.isAfter(keys.getFirst().at().plus(keyLife))) {
            keys.addFirst(made(now));
        }
        return keys.getFirst();
    }

    private Made made(Instant now) {
        try {
            ECKey key = new ECKeyGenerator(Curve.P_256)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(JWSAlgorithm.ES256)
                    .keyID(UUID.randomUUID().toString())
                    .generate();
            return new Made(key, new ECDSASigner(key), now, now.plus(keyLife).plus(tokenLife));
        } catch (JOSEException e) {
            throw new IllegalStateException("every Java platform has P-256", e);
        }
    }
}
