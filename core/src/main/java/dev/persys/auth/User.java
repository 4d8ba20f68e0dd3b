package dev.persys.auth;

import dev.persys.access.Role;
import dev.persys.model.Present;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * Who may sign in with a password, as the document {@code user/<name>}.
 *
 * @param passwordHash as {@code Passwords} writes it, with its parameters; never the password
 * @param passwordSince when that was set
 */
public record User(String name, Role role, String passwordHash, Instant createdAt, Instant passwordSince) {
    /** Of characters that a password has at least; at most it has {@link #LONGEST_PASSWORD}. */
    public static final int SHORTEST_PASSWORD = 12;

    public static final int LONGEST_PASSWORD = 256;

    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9._-]{0,62}");

    public User {
        if (!isName(Present.value(name, "name"))) {
            throw new IllegalArgumentException("no name of a user");
        }
        Present.value(role, "role");
        Present.text(passwordHash, 512, "passwordHash");
        Present.value(createdAt, "createdAt");
        Present.value(passwordSince, "passwordSince");
    }

    /** Whether a user can be called so: lower case, since two that differ by case alone are one to people. */
    public static boolean isName(String text) {
        return NAME.matcher(text).matches();
    }

    public User withPassword(String hash, Instant now) {
        return new User(name, role, hash, createdAt, now);
    }

    @Override
    public String toString() {
        return "User[" + name + ", " + role + "]";
    }
}
