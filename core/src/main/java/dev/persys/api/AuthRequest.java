package dev.persys.api;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.access.Role;
import dev.persys.auth.TokenText;
import dev.persys.auth.User;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/** The bodies of {@code /auth}: tokens, users and sign-in. What is secret in them is never in an error. */
public final class AuthRequest {
    /** The longest life of a token that has an end: ten years. */
    public static final Duration LONGEST_LIFE = Duration.ofDays(3_650);

    private static final Duration SHORTEST_LIFE = Duration.ofMinutes(1);
    private static final Pattern TOKEN_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
    private static final int LONGEST_PATH = 1_024;
    private static final int LONGEST_CODE = 512;

    private static final Fields.Rule NAME = new Fields.Rule(
            "1 to 63 letters, digits, dots, hyphens and underscores, a letter or digit first",
            text -> TOKEN_NAME.matcher(text).matches());
    private static final Fields.Rule ROLE =
            new Fields.Rule("viewer, operator or admin", text -> Role.of(text).isPresent());
    private static final Fields.Rule USER = new Fields.Rule(
            "1 to 63 lower-case letters, digits, dots, hyphens and underscores, a letter or digit first", User::isName);
    private static final Fields.Rule NEW_PASSWORD = new Fields.Rule(
            User.SHORTEST_PASSWORD + " to " + User.LONGEST_PASSWORD + " characters",
            text -> text.length() >= User.SHORTEST_PASSWORD && text.length() <= User.LONGEST_PASSWORD);
    private static final Fields.Rule PASSWORD = new Fields.Rule(
            "1 to " + User.LONGEST_PASSWORD + " characters",
            text -> !text.isEmpty() && text.length() <= User.LONGEST_PASSWORD);
    private static final Fields.Rule LIFE = new Fields.Rule(
            "a span from 1m to 3650d, such as 90d, or never",
            text -> text.equals("never") || life(text).isPresent());
    private static final Fields.Rule PATH = new Fields.Rule(
            "a path of this API, at most " + LONGEST_PATH + " characters",
            text -> text.startsWith("/") && text.length() <= LONGEST_PATH);
    private static final Fields.Rule CODE = new Fields.Rule(
            "visible ASCII of at most " + LONGEST_CODE + " characters",
            text -> text.length() <= LONGEST_CODE && text.matches("[\\x21-\\x7e]+"));

    private AuthRequest() {}

    /**
     * {@code POST /auth/tokens}.
     *
     * @param life empty where it has no end
     */
    public record NewToken(String name, Role role, Optional<Duration> life) {}

    /** {@code POST /auth/users}. */
    public record NewUser(String name, Role role, String password) {
        @Override
        public String toString() {
            return "NewUser[" + name + ", " + role + "]";
        }
    }

    /**
     * {@code POST /auth/login}.
     *
     * @param cookies whether a browser asks, which keeps what it gets as cookies that its pages cannot read
     */
    public record Login(String user, String password, boolean cookies) {
        @Override
        public String toString() {
            return "Login[" + user + "]";
        }
    }

    /** {@code POST /auth/check}, by a gateway: what a caller showed. */
    public record Check(TokenText token, String path) {}

    /** {@code POST /auth/tokens}; {@code usual} is how long one lasts where nothing says so. */
    public static Parsed<NewToken> newToken(JsonNode json, Duration usual) {
        return read(json, List.of("name", "role", "expiresIn"), fields -> {
            Optional<String> name = fields.required("name", NAME);
            Optional<Role> role = fields.required("role", ROLE).flatMap(Role::of);
            Optional<String> life = fields.text("expiresIn", LIFE);
            return name.isEmpty() || role.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new NewToken(
                            name.get(),
                            role.get(),
                            life.isEmpty() ? Optional.of(usual) : life.flatMap(AuthRequest::life)));
        });
    }

    public static Parsed<NewUser> newUser(JsonNode json) {
        return read(json, List.of("name", "role", "password"), fields -> {
            Optional<String> name = fields.required("name", USER);
            Optional<Role> role = fields.required("role", ROLE).flatMap(Role::of);
            Optional<String> password = fields.secret("password", NEW_PASSWORD);
            return name.isEmpty() || role.isEmpty() || password.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new NewUser(name.get(), role.get(), password.get()));
        });
    }

    /** {@code PUT /auth/users/{user}/password}. */
    public static Parsed<String> newPassword(JsonNode json) {
        return read(json, List.of("password"), fields -> fields.secret("password", NEW_PASSWORD));
    }

    public static Parsed<Login> login(JsonNode json) {
        return read(json, List.of("user", "password", "cookies"), fields -> {
            Optional<String> user = fields.required("user", USER);
            Optional<String> password = fields.secret("password", PASSWORD);
            Optional<Boolean> cookies = fields.truth("cookies");
            return user.isEmpty() || password.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Login(user.get(), password.get(), cookies.orElse(false)));
        });
    }

    /** {@code POST /auth/refresh}; empty where the body does not say, and a cookie has to. */
    public static Parsed<Optional<TokenText>> refresh(JsonNode json) {
        return read(
                json,
                List.of("refreshToken"),
                fields -> Optional.of(token(fields, "refreshToken", TokenText.Kind.REFRESH)));
    }

    public static Parsed<Check> check(JsonNode json) {
        return read(json, List.of("token", "path"), fields -> {
            Optional<TokenText> token = fields.secret(
                            "token",
                            rule(
                                    "an API token or a ticket",
                                    text -> TokenText.parse(text).filter(one -> one.kind() != TokenText.Kind.REFRESH)))
                    .flatMap(TokenText::parse);
            Optional<String> path = fields.required("path", PATH);
            return token.isEmpty() || path.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new Check(token.get(), path.get()));
        });
    }

    /** {@code POST /auth/tickets}: for which path. */
    public static Parsed<String> ticket(JsonNode json) {
        return read(json, List.of("path"), fields -> fields.required("path", PATH));
    }

    /** {@code POST /auth/github/device/poll}: the flow that was begun. */
    public static Parsed<String> flow(JsonNode json) {
        return read(json, List.of("flow"), fields -> fields.secret("flow", CODE));
    }

    private static Optional<TokenText> token(Fields fields, String name, TokenText.Kind kind) {
        return fields.get(name).isEmpty()
                ? Optional.empty()
                : fields.secret(name, rule("a refresh token", text -> TokenText.parse(kind, text)))
                        .flatMap(TokenText::parse);
    }

    private static Fields.Rule rule(String allowed, Function<String, Optional<TokenText>> reader) {
        return new Fields.Rule(allowed, text -> reader.apply(text).isPresent());
    }

    private static Optional<Duration> life(String text) {
        return DurationText.parse(text)
                .filter(life -> life.compareTo(SHORTEST_LIFE) >= 0 && life.compareTo(LONGEST_LIFE) <= 0);
    }

    private static <T> Parsed<T> read(JsonNode json, List<String> names, Function<Fields, Optional<T>> reader) {
        FieldErrors errors = new FieldErrors();
        Optional<T> value = Fields.of(json, "", names, Map.of(), errors).flatMap(reader);
        return value.isEmpty() || !errors.isEmpty() ? errors.invalid() : new Parsed.Valid<>(value.get());
    }
}
