package dev.persys.http.auth;

import dev.persys.access.Principal;
import dev.persys.access.Role;
import dev.persys.auth.Credentials;
import dev.persys.auth.Credentials.Standing;
import dev.persys.protocol.Documents;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Whether what a principal showed to its gateway still counts: on each request, so that who is signed out or revoked is kept
 * out at once, whatever a gateway remembers.
 */
public final class CredentialCheck {
    private final Documents documents;
    private final InstantSource clock;

    public CredentialCheck(Documents documents, InstantSource clock) {
        this.documents = documents;
        this.clock = clock;
    }

    /** What a principal may do now, which is no more than what its gateway says; empty where it is over. */
    Optional<Role> role(Principal principal) {
        Standing standing = Credentials.standing(principal.credentialText(), documents::find, clock.instant());
        return standing instanceof Standing.Good good && good.principal().equals(principal.name())
                ? Optional.of(good.role().includes(principal.role()) ? principal.role() : good.role())
                : Optional.empty();
    }

    /** Whether it can be said at all: not so before this scheduler has read what there is. */
    boolean isKnown() {
        return documents.areKnown();
    }
}
