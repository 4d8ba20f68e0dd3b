package dev.persys.access;

import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Who calls through a gateway, as the gateway knows it and a scheduler is told.
 *
 * @param kind how it showed who it is
 * @param name of the token's owner or of the user: unique within the kind, and no secret
 * @param role what it may do
 * @param credential the id of the document that it showed, of the kind of {@link Kind#credential}: while that stands, the
 *     principal counts
 */
public record Principal(Kind kind, String name, Role role, String credential) {
    /** The header with {@link #text}. */
    public static final String HEADER = "Persys-Principal";

    /** The header with {@link #credentialText}. */
    public static final String CREDENTIAL_HEADER = "Persys-Credential";

    /** The header with the role's word. */
    public static final String ROLE_HEADER = "Persys-Role";

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@-]{0,127}");
    private static final Pattern ID = Pattern.compile("[a-z0-9][a-z0-9._-]{0,127}");

    /** By what somebody is known. */
    public enum Kind {
        /** An API token: a program's, mostly. */
        TOKEN("token", "api-token"),
        /** A user who is signed in. */
        SESSION("session", "session");

        private final String word;
        private final String credential;

        Kind(String word, String credential) {
            this.word = word;
            this.credential = credential;
        }

        public String word() {
            return word;
        }

        /** The kind of document that such a one shows. */
        public String credential() {
            return credential;
        }
    }

    /** @throws IllegalArgumentException where a name or an id is none */
    public Principal {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("a principal's name is 1 to 128 letters, digits and . _ @ -");
        } else if (!ID.matcher(credential).matches()) {
            throw new IllegalArgumentException("a credential's id is 1 to 128 lower-case letters, digits and . _ -");
        }
    }

    /** For people and records: always the same for one, and no other has it, such as {@code token:ci}. */
    public String text() {
        return kind.word + ":" + name;
    }

    /** Kind and id of the credential, such as {@code api-token/ab12}. */
    public String credentialText() {
        return kind.credential + "/" + credential;
    }

    /**
     * From its three headers' values; empty where they are not what {@link #text}, {@link #credentialText} and the role's
     * word say of one and the same.
     */
    public static Optional<Principal> parse(String text, String credential, String role) {
        int colon = text.indexOf(':');
        int slash = credential.indexOf('/');
        Optional<Role> known = Role.of(role);
        Optional<Kind> kind = Arrays.stream(Kind.values())
                .filter(one -> colon > 0 && one.word.equals(text.substring(0, colon)))
                .filter(one -> slash > 0 && one.credential.equals(credential.substring(0, slash)))
                .findFirst();
        if (known.isEmpty() || kind.isEmpty()) {
            return Optional.empty();
        }
        String name = text.substring(colon + 1);
        String id = credential.substring(slash + 1);
        return NAME.matcher(name).matches() && ID.matcher(id).matches()
                ? Optional.of(new Principal(kind.get(), name, known.get(), id))
                : Optional.empty();
    }
}
