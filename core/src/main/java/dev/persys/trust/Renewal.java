package dev.persys.trust;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * When a certificate is to be renewed: at two thirds of its life, or a little earlier. How much is decided by its serial number,
 * which is random, so that those of one day do not all come in one second, and each always says the same.
 */
public final class Renewal {
    /** One of so many parts of the life: by how much the moments of certificates of one age differ at most. */
    private static final int SPREAD = 20;

    private static final int STEPS = 1 << 16;

    private Renewal() {}

    /** From when on it is to be renewed, to the second: between 37/60 and 2/3 of its life. */
    public static Instant at(X509Certificate certificate) {
        return at(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                certificate.getSerialNumber());
    }

    /** Whether it is to be renewed, also where it is too late. */
    public static boolean due(X509Certificate certificate, Instant now) {
        return !now.isBefore(at(certificate));
    }

    static Instant at(Instant notBefore, Instant notAfter, BigInteger serial) {
        Duration life = Duration.between(notBefore, notAfter);
        int step = serial.mod(BigInteger.valueOf(STEPS)).intValue();
        Duration earlier = life.dividedBy(SPREAD).multipliedBy(step).dividedBy(STEPS);
        return notBefore.plus(life.multipliedBy(2).dividedBy(3)).minus(earlier).truncatedTo(ChronoUnit.SECONDS);
    }
}
