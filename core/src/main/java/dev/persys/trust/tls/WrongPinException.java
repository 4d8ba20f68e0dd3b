package dev.persys.trust.tls;

import dev.persys.trust.Pin;
import java.security.cert.CertificateException;

/** Whoever answers shows no root of the pin that is wanted: it is of another cluster, or somebody is in between. */
public final class WrongPinException extends CertificateException {
    private static final long serialVersionUID = 1L;

    WrongPinException(Pin pin) {
        super("whoever answers is of no cluster whose root is " + pin);
    }

    /** Whether a failure comes of that. */
    public static boolean isBehind(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof WrongPinException) {
                return true;
            }
        }
        return false;
    }
}
