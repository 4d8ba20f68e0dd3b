package dev.persys.ca;

import dev.persys.trust.TrustException;

/** What was asked of an authority does not go with how it is, such as to make one where there is one. */
public final class AuthorityStateException extends TrustException {
    private static final long serialVersionUID = 1L;

    public AuthorityStateException(String message) {
        super(message);
    }
}
