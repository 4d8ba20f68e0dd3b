package dev.persys.trust;

import java.math.BigInteger;
import java.security.cert.X509Certificate;

/**
 * How often the certificates of a node had been revoked when one of them was made: a number in the certificate, so that one
 * number a node says which count. It is an extension of our own, an INTEGER; others need not understand it.
 */
public final class RevocationEpoch {
    /** Of that extension, made of a UUID (ITU-T X.667). */
    public static final String OID = "2.25.174436220409616176447676762396010671287";

    private static final int OCTET_STRING = 4;
    private static final int INTEGER = 2;
    private static final int MOST_BYTES = 4;

    private RevocationEpoch() {}

    /** That of a certificate: 0 where it has none, and -1, which is nobody's, where it cannot be read. */
    public static int of(X509Certificate certificate) {
        byte[] value = certificate.getExtensionValue(OID);
        return value == null ? 0 : read(value);
    }

    /** An INTEGER inside of an OCTET STRING (X.690), both of them short. */
    static int read(byte[] value) {
        int length = value.length - 4;
        boolean whole = length >= 1
                && length <= MOST_BYTES
                && value[0] == OCTET_STRING
                && value[1] == length + 2
                && value[2] == INTEGER
                && value[3] == length;
        return whole ? Math.max(-1, new BigInteger(value, 4, length).intValue()) : -1;
    }
}
