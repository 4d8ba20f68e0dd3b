package dev.persys.ca;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Whom a cluster trusts, and how that changes: one root; then the next one, which signs, and the previous one, whose certificates
 * are still good; then the next one alone.
 *
 * @param signing the root that signs new certificates
 * @param previous the one before, as long as what it has signed is believed
 */
public record Roots(X509Certificate signing, Optional<X509Certificate> previous) {
    /** Of an authority that is not being changed. */
    public static Roots of(X509Certificate signing) {
        return new Roots(signing, Optional.empty());
    }

    public boolean isChanging() {
        return previous.isPresent();
    }

    /**
     * With the next root, which signs from now on.
     *
     * @throws AuthorityStateException where a change is under way, or it is the root that there is
     */
    public Roots begun(X509Certificate next) {
        if (isChanging()) {
            throw new AuthorityStateException(
                    "the root is being changed already: two are trusted, and a third would make the"
                            + " certificates of the first one worthless; persys ca rotate --finish ends that change");
        } else if (next.getPublicKey().equals(signing.getPublicKey())) {
            throw new AuthorityStateException(
                    "the next root has the key of the one that there is: a change of root is one of key");
        }
        return new Roots(next, Optional.of(signing));
    }

    /**
     * Without the previous root.
     *
     * @throws AuthorityStateException where no change is under way
     */
    public Roots finished() {
        if (!isChanging()) {
            throw new AuthorityStateException(
                    "there is nothing to finish: the root is not being changed; persys ca rotate begins a change");
        }
        return of(signing);
    }

    /** Every root that is trusted, the one that signs first. */
    public List<X509Certificate> trusted() {
        return Stream.concat(Stream.of(signing), previous.stream()).toList();
    }
}
