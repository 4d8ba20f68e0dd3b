package dev.persys.http.testing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Does what GitHub documents of its endpoints for OAuth apps: codes that are good once and for the verifier whose digest came
 * with them, errors with status 200, the device flow with its words, lists in pages.
 */
public final class FakeGitHub implements AutoCloseable {
    public static final String CLIENT = "client-1";
    public static final String SECRET = "very-secret-secret";
    private static final String TOKEN = "gho_fake";

    private final HttpServer server;
    private final Map<String, Map<String, String>> codes = new ConcurrentHashMap<>();
    private volatile String device = "authorization_pending";
    private final AtomicInteger polls = new AtomicInteger();

    public FakeGitHub() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/login/oauth/access_token", this::token);
        server.createContext(
                "/login/device/code",
                exchange -> answer(
                        exchange,
                        200,
                        "{\"device_code\":\"dc-1\",\"user_code\":\"ABCD-1234\",\"verification_uri\":\"" + url()
                                + "/login/device\",\"expires_in\":900,\"interval\":5}"));
        server.createContext("/user", this::user);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** What a person does who is sent to {@code location} and agrees: the query with which the browser is sent back. */
    public Map<String, String> agree(String location) {
        Map<String, String> asked = form(URI.create(location).getRawQuery());
        String code = "code-" + codes.size();
        codes.put(code, asked);
        return Map.of("code", code, "state", asked.get("state"));
    }

    /** From now on polling a device flow is answered with this error; empty where the person has agreed. */
    public void device(String error) {
        device = error;
    }

    public int polls() {
        return polls.get();
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        if (!CLIENT.equals(form.get("client_id"))) {
            answer(exchange, 404, "{\"error\":\"Not Found\"}");
        } else if (form.containsKey("device_code")) {
            polls.incrementAndGet();
            answer(exchange, 200, device.isEmpty() ? granted() : error(device));
        } else if (!SECRET.equals(form.get("client_secret"))) {
            answer(exchange, 200, error("incorrect_client_credentials"));
        } else {
            Map<String, String> asked = codes.remove(form.getOrDefault("code", ""));
            boolean fits = asked != null
                    && asked.get("redirect_uri").equals(form.get("redirect_uri"))
                    && asked.get("code_challenge").equals(challenge(form.getOrDefault("code_verifier", "")));
            answer(exchange, 200, fits ? granted() : error("bad_verification_code"));
        }
    }

    private void user(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        if (!("Bearer " + TOKEN).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401, "{\"message\":\"Bad credentials\"}");
        } else if (uri.getPath().equals("/user")) {
            answer(exchange, 200, "{\"login\":\"Octocat\",\"id\":1}");
        } else if (uri.getPath().equals("/user/memberships/orgs")) {
            answer(exchange, 200, "[{\"state\":\"active\",\"organization\":{\"login\":\"Acme\"}}]");
        } else if (uri.getRawQuery().contains("page=2")) {
            answer(exchange, 200, "[{\"slug\":\"ops\",\"organization\":{\"login\":\"Acme\"}}]");
        } else {
            exchange.getResponseHeaders().add("Link", "<" + url() + "/user/teams?per_page=100&page=2>; rel=\"next\"");
            answer(exchange, 200, "[{\"slug\":\"devs\",\"organization\":{\"login\":\"Acme\"}}]");
        }
    }

    private static String granted() {
        return "{\"access_token\":\"" + TOKEN + "\",\"scope\":\"read:org\",\"token_type\":\"bearer\"}";
    }

    private static String error(String code) {
        return "{\"error\":\"" + code + "\",\"error_description\":\"…\"}";
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private static Map<String, String> form(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String field : text.split("&", -1)) {
            int at = field.indexOf('=');
            fields.put(field.substring(0, at), URLDecoder.decode(field.substring(at + 1), StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static String challenge(String verifier) {
        try {
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
