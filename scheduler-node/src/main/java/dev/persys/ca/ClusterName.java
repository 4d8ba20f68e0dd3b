package dev.persys.ca;

import dev.persys.model.ClusterId;
import dev.persys.trust.TrustException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;

/** The name of a cluster in its roots: a URI name without a path, as SPIFFE has it for those that sign. */
final class ClusterName {
    private static final String SCHEME = "spiffe://";
    private static final int URI_NAME = 6;

    private ClusterName() {}

    static String of(ClusterId cluster) {
        return SCHEME + cluster;
    }

    /**
     * Nothing, where a root says that it is of this cluster, or of none.
     *
     * @throws TrustException where it says that it is of another one
     */
    static void require(X509Certificate root, ClusterId cluster, String source) {
        Collection<List<?>> names;
        try {
            names = root.getSubjectAlternativeNames();
        } catch (CertificateParsingException e) {
            throw new TrustException(source + " has names that cannot be read: " + e.getMessage(), e);
        }
        if (names == null) {
            return;
        }
        for (List<?> name : names) {
            String text = String.valueOf(name.get(1));
            if (name.get(0).equals(URI_NAME) && text.startsWith(SCHEME) && !text.equals(of(cluster))) {
                throw new TrustException(source + " is of another cluster: its certificate says " + text
                        + ", and wanted is " + of(cluster));
            }
        }
    }
}
