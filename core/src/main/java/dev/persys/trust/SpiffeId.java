package dev.persys.trust;

import dev.persys.model.ClusterId;
import dev.persys.model.NodeId;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Who holds a certificate, in its only URI name: {@code spiffe://<cluster>/<role>/<name>}. A name is a lower-case DNS name,
 * as node ids are, so that nothing in it needs to be encoded and two that differ never mean the same.
 *
 * @see <a href="https://github.com/spiffe/spiffe/blob/main/standards/SPIFFE-ID.md">SPIFFE ID</a>
 */
public record SpiffeId(ClusterId cluster, Role role, String name) {
    private static final String SCHEME = "spiffe://";
    private static final int URI_NAME = 6;

    /** @throws IllegalArgumentException where the name is no lower-case DNS name */
    public SpiffeId {
        try {
            var unused = new NodeId(name);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "not a name of a certificate's holder (a lower-case DNS name is wanted): " + name, e);
        }
    }

    /** @throws IllegalArgumentException where the text is anything else, by a sentence that says what is wanted */
    public static SpiffeId parse(String text) {
        String[] parts =
                text.startsWith(SCHEME) ? text.substring(SCHEME.length()).split("/", -1) : new String[0];
        Optional<Role> role = parts.length == 3 ? Role.of(parts[1]) : Optional.empty();
        if (role.isEmpty()) {
            throw new IllegalArgumentException("not an identity of Persys (spiffe://<cluster>/"
                    + "scheduler|agent|gateway|operator/<name> is wanted): " + text);
        }
        return new SpiffeId(new ClusterId(parts[0]), role.get(), parts[2]);
    }

    /**
     * Whose certificate it is, which is for the caller to have verified.
     *
     * @throws IllegalArgumentException where it has none, several, or another kind of URI name
     */
    public static SpiffeId of(X509Certificate certificate) {
        List<String> names;
        try {
            Collection<List<?>> all = certificate.getSubjectAlternativeNames();
            names = all == null
                    ? List.of()
                    : all.stream()
                            .filter(name -> name.get(0).equals(URI_NAME))
                            .map(name -> String.valueOf(name.get(1)))
                            .toList();
        } catch (CertificateParsingException e) {
            throw new IllegalArgumentException("the certificate's names cannot be read: " + e.getMessage(), e);
        }
        if (names.size() != 1) {
            throw new IllegalArgumentException(
                    "the certificate has " + names.size() + " URI names, and exactly one is wanted");
        }
        return parse(names.get(0));
    }

    @Override
    public String toString() {
        return SCHEME + cluster + "/" + role + "/" + name;
    }
}
