package dev.persys.http;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import dev.persys.access.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Signing in by GitHub, or a GitHub Enterprise server.
 *
 * @param web where people sign in, without a slash at its end
 * @param api of the same server
 * @param clientId of the OAuth app
 * @param clientSecret of the same
 * @param callback the URL of {@code /auth/github/callback} at the gateway, as the app has it
 * @param roles by organisation, such as {@code acme}, or team, such as {@code acme/ops}; in lower case
 */
public record GitHubSettings(
        URI web, URI api, String clientId, Secret clientSecret, URI callback, Map<String, Role> roles) {
    private static final String PATH = HttpSettings.PATH + ".scheduler.auth.github";
    private static final Pattern GROUP = Pattern.compile("[a-z0-9][a-z0-9-]{0,99}(/[a-z0-9][a-z0-9._-]{0,99})?");

    public GitHubSettings {
        roles = Map.copyOf(roles);
    }

    /** Empty where no client is named; fails with {@link ConfigException} that names the setting. */
    public static Optional<GitHubSettings> of(Config root) {
        Config config = root.getConfig(PATH);
        String client = config.getString("client-id");
        if (client.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new GitHubSettings(
                url(config, "web-url"),
                url(config, "api-url"),
                client,
                secret(config),
                url(config, "callback-url"),
                roles(config)));
    }

    /** What members of these groups may do: the most that any of them says; empty where none says anything. */
    public Optional<Role> role(Iterable<String> groups) {
        Optional<Role> most = Optional.empty();
        for (String group : groups) {
            Role role = roles.get(group);
            if (role != null && (most.isEmpty() || role.includes(most.get()))) {
                most = Optional.of(role);
            }
        }
        return most;
    }

    private static Secret secret(Config config) {
        String file = config.getString("client-secret-file");
        String text = config.getString("client-secret");
        try {
            return new Secret(
                    file.isEmpty() ? text : Files.readString(Path.of(file)).strip());
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException.BadValue(
                    config.origin(),
                    PATH + ".client-secret-file",
                    "a file with the secret of the OAuth app is needed: "
                            + e.getClass().getSimpleName());
        }
    }

    private static URI url(Config config, String name) {
        String text = config.getString(name);
        try {
            URI url = URI.create(text.endsWith("/") ? text.substring(0, text.length() - 1) : text);
            boolean isLocal = "127.0.0.1".equals(url.getHost()) || "localhost".equals(url.getHost());
            if ("https".equals(url.getScheme()) || ("http".equals(url.getScheme()) && isLocal)) {
                return url;
            }
        } catch (IllegalArgumentException e) {
            // Told below: what does not parse is no better than another scheme.
        }
        throw new ConfigException.BadValue(
                config.origin(), PATH + "." + name, "a URL that begins with https:// is needed: \"" + text + "\"");
    }

    private static Map<String, Role> roles(Config config) {
        Map<String, Role> roles = new LinkedHashMap<>();
        config.getObject("roles").unwrapped().forEach((group, word) -> {
            Optional<Role> role = Role.of(String.valueOf(word));
            if (role.isEmpty() || !GROUP.matcher(group).matches()) {
                throw new ConfigException.BadValue(
                        config.origin(),
                        PATH + ".roles",
                        "an organisation or organisation/team in lower case, and viewer, operator or admin, are needed: \""
                                + group + "\" = \"" + word + "\"");
            }
            roles.put(group, role.get());
        });
        return roles;
    }
}
