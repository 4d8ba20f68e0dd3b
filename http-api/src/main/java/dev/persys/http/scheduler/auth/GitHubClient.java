package dev.persys.http.scheduler.auth;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.http.GitHubSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * GitHub's documented endpoints, for OAuth apps: the web flow with PKCE, the device flow, and who a user is. Calls wait on
 * threads of its own. What goes wrong fails with {@link GitHubException}.
 */
final class GitHubClient {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 1024 * 1024;
    private static final int MOST_PAGES = 10;
    private static final int OK = 200;

    /** That wait for GitHub: people sign in seldom. */
    private static final int THREADS = 2;

    private static final int WAITING = 32;
    private static final long IDLE_SECONDS = 30;

    /** Of a {@code Link} header: the page behind this one. */
    private static final Pattern NEXT = Pattern.compile("<([^>]+)>;\\s*rel=\"next\"");

    private final GitHubSettings settings;
    private final HttpClient http;
    private final Executor executor;

    GitHubClient(GitHubSettings settings) {
        this.settings = settings;
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), work -> {
                    Thread thread = new Thread(work, "github");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        this.executor = threads;
        this.http = HttpClient.newBuilder()
                .connectTimeout(LIMIT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    /** GitHub did not do as asked; the message is for the log and says nothing secret. */
    static final class GitHubException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final String code;

        GitHubException(String code, String message) {
            super(message);
            this.code = code;
        }

        /** GitHub's own word for it, such as {@code access_denied}; empty where it had none. */
        String code() {
            return code;
        }
    }

    /**
     * Who has signed in.
     *
     * @param groups organisations and {@code organisation/team}, in lower case
     */
    record Identity(String login, List<String> groups) {}

    /** Where the browser is sent. */
    String authorizeUrl(String state, String challenge) {
        return settings.web() + "/login/oauth/authorize?"
                + form(Map.of(
                        "client_id",
                        settings.clientId(),
                        "redirect_uri",
                        settings.callback().toString(),
                        "scope",
                        "read:org",
                        "state",
                        state,
                        "code_challenge",
                        challenge,
                        "code_challenge_method",
                        "S256"));
    }

    /** Gives a code back for who sent it. */
    CompletionStage<Identity> exchange(String code, String verifier) {
        return token(Map.of(
                        "client_id", settings.clientId(),
                        "client_secret", settings.clientSecret().value(),
                        "code", code,
                        "redirect_uri", settings.callback().toString(),
                        "code_verifier", verifier))
                .thenApplyAsync(this::identity, executor);
    }

    /** Begins a device flow: {@code device_code}, {@code user_code}, {@code verification_uri}, {@code expires_in}, {@code interval}. */
    CompletionStage<JsonNode> device() {
        return post("/login/device/code", Map.of("client_id", settings.clientId(), "scope", "read:org"));
    }

    /** Whether the person has agreed; where not yet, it fails with the code {@code authorization_pending} or {@code slow_down}. */
    CompletionStage<Identity> poll(String deviceCode) {
        return token(Map.of(
                        "client_id",
                        settings.clientId(),
                        "device_code",
                        deviceCode,
                        "grant_type",
                        "urn:ietf:params:oauth:grant-type:device_code"))
                .thenApplyAsync(this::identity, executor);
    }

    private CompletionStage<String> token(Map<String, String> form) {
        return post("/login/oauth/access_token", form).thenApply(json -> {
            String token = json.path("access_token").asText();
            if (token.isEmpty()) {
                throw new GitHubException("", "GitHub answered with neither a token nor an error");
            }
            return token;
        });
    }

    /** Errors come with 200, in the body. */
    private CompletionStage<JsonNode> post(String path, Map<String, String> form) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(settings.web() + path))
                .timeout(LIMIT)
                .header("Accept", "application/json")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form(form)))
                .build();
        return http.sendAsync(request, HttpResponse.BodyHandlers.ofInputStream())
                .thenApplyAsync(
                        response -> {
                            JsonNode json = json(response);
                            String error = json.path("error").asText();
                            if (!error.isEmpty()) {
                                throw new GitHubException(error, "GitHub says " + error);
                            } else if (response.statusCode() != OK) {
                                throw new GitHubException(
                                        "", "GitHub answers with " + response.statusCode() + " at " + path);
                            }
                            return json;
                        },
                        executor);
    }

    private Identity identity(String token) {
        String login = get(settings.api() + "/user", token, new ArrayList<>())
                .path("login")
                .asText();
        if (!login.matches("[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:_[A-Za-z0-9]{1,16})?")) {
            throw new GitHubException("", "GitHub names a user that can be none");
        }
        List<String> groups = new ArrayList<>();
        for (JsonNode membership : all("/user/memberships/orgs?state=active&per_page=100", token)) {
            groups.add(lower(membership.path("organization").path("login")));
        }
        for (JsonNode team : all("/user/teams?per_page=100", token)) {
            groups.add(lower(team.path("organization").path("login")) + "/" + lower(team.path("slug")));
        }
        return new Identity(login.toLowerCase(Locale.ROOT), groups);
    }

    private List<JsonNode> all(String path, String token) {
        List<JsonNode> items = new ArrayList<>();
        String url = settings.api() + path;
        for (int page = 0; page < MOST_PAGES && !url.isEmpty(); page++) {
            List<String> links = new ArrayList<>();
            get(url, token, links).forEach(items::add);
            // The token goes to nobody but this server, whatever a page says.
            url = links.stream()
                    .filter(next -> next.startsWith(settings.api() + "/"))
                    .findFirst()
                    .orElse("");
        }
        return items;
    }

    private JsonNode get(String url, String token, List<String> next) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .timeout(LIMIT)
                .header("Accept", "application/vnd.github+json")
                .header("Authorization", "Bearer " + token)
                .header("X-GitHub-Api-Version", "2022-11-28")
                .build();
        try {
            HttpResponse<InputStream> response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
            if (response.statusCode() != OK) {
                response.body().close();
                throw new GitHubException(
                        "",
                        "GitHub answers with " + response.statusCode() + " at "
                                + request.uri().getPath());
            }
            Matcher link = NEXT.matcher(response.headers().firstValue("Link").orElse(""));
            if (link.find()) {
                next.add(link.group(1));
            }
            return json(response);
        } catch (IOException e) {
            throw new GitHubException(
                    "", "GitHub cannot be asked: " + e.getClass().getSimpleName());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GitHubException("", "interrupted");
        }
    }

    private static JsonNode json(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(MOST_BYTES + 1);
            if (bytes.length > MOST_BYTES) {
                throw new GitHubException("", "GitHub's answer is too long");
            }
            return Json.read(new String(bytes, StandardCharsets.UTF_8), JsonNode.class);
        } catch (IOException | UncheckedIOException e) {
            throw new GitHubException("", "what GitHub answers is no JSON");
        }
    }

    private static String lower(JsonNode text) {
        return text.asText().toLowerCase(Locale.ROOT);
    }

    private static String form(Map<String, String> fields) {
        return new TreeMap<>(fields)
                .entrySet().stream()
                        .map(field ->
                                field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                        .collect(Collectors.joining("&"));
    }
}
