package dev.persys.trust;

import dev.persys.model.ClusterId;
import dev.persys.model.Names;
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

    /** Longest SPIFFE id, in bytes; all of ours are ASCII. */
    private static final int LONGEST = 2048;

    private static final int SHOWN = 300;

    /** @throws IllegalArgumentException where the name is no lower-case DNS name */
    public SpiffeId {
        if (cluster == null || role == null || name == null || !Names.isDnsName(name)) {
            throw new IllegalArgumentException(
                    "not a name of a certificate's holder (a lower-case DNS name is wanted, as node ids are): "
                            + shown(String.valueOf(name)));
        }
    }

    /**
     * The identity that a URI name says.
     *
     * @throws IllegalArgumentException where the text is anything else, by a sentence that says what is wanted
     */
    public static SpiffeId parse(String text) {
        String[] parts = text.startsWith(SCHEME) && text.length() <= LONGEST
                ? text.substring(SCHEME.length()).split("/", -1)
                : new String[0];
        Optional<Role> role = parts.length == 3 ? Role.of(parts[1]) : Optional.empty();
        if (role.isEmpty() || !Names.isDnsLabel(parts[0]) || !Names.isDnsName(parts[2])) {
            throw new IllegalArgumentException("not an identity of Persys (spiffe://<cluster>/"
                    + "scheduler|agent|gateway|operator/<name> is wanted): " + shown(text));
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

    /**
     * Whose certificate it is, where that is somebody of this cluster.
     *
     * @throws IllegalArgumentException where it is of another one, or as {@link #of(X509Certificate)} says
     */
    public static SpiffeId of(X509Certificate certificate, ClusterId ours) {
        SpiffeId id = of(certificate);
        if (!id.cluster().equals(ours)) {
            throw new IllegalArgumentException(
                    "the certificate is of the cluster " + id.cluster() + ", and this is " + ours);
        }
        return id;
    }

    /** What others wrote, as a part of a sentence. */
    private static String shown(String text) {
        String printable = text.replaceAll("[^ -~]", "?");
        return printable.length() <= SHOWN ? printable : printable.substring(0, SHOWN) + "...";
    }

    @Override
    public String toString() {
        return SCHEME + cluster + "/" + role + "/" + name;
    }
}
