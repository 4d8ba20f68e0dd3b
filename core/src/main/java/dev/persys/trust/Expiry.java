package dev.persys.trust;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;

/** How near a certificate is to its end. */
public enum Expiry {
    /** There is nothing to do. */
    OK,
    /** It is time to renew it, which normally happens by itself or at leisure. */
    DUE,
    /** Less than a tenth of its life is left: somebody should look why it was not renewed. */
    SOON,
    /** It is over, and nobody believes it any more. */
    EXPIRED;

    private static final int LAST_PART = 10;

    /** That of a certificate, at a moment. */
    public static Expiry of(X509Certificate certificate, Instant now) {
        return of(
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant(),
                Renewal.at(certificate),
                now);
    }

    static Expiry of(Instant notBefore, Instant notAfter, Instant renewal, Instant now) {
        Duration last = Duration.between(notBefore, notAfter).dividedBy(LAST_PART);
        if (now.isAfter(notAfter)) {
            return EXPIRED;
        } else if (!now.isBefore(notAfter.minus(last))) {
            return SOON;
        }
        return now.isBefore(renewal) ? OK : DUE;
    }

    /** As it is shown. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
