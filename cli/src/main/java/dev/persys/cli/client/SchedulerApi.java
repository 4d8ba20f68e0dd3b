package dev.persys.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Problem;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketTimeoutException;
import java.net.URL;
import java.net.URLEncoder;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The scheduler's routes. Built on {@link HttpURLConnection}, because {@code java.net.http} alone takes several times
 * as long to start as all of a reading verb.
 *
 * <p>Every method throws {@link Failure} where there is no usable answer, and {@link Refusal} where the
 * scheduler refused.
 */
public final class SchedulerApi {
    private static final int CONNECT_LIMIT_MILLIS = 5_000;
    private static final int READ_LIMIT_MILLIS = 60_000;
    private static final int FIRST_ERROR_STATUS = 400;
    private static final int PAGE = 500;
    private static final int SENDINGS = 3;

    private final Address address;

    public SchedulerApi(Address address) {
        this.address = address;
        // The platform would send a POST a second time by itself when the connection breaks.
        System.setProperty("sun.net.http.retryPost", "false");
    }

    public Address address() {
        return address;
    }

    public JsonNode get(String path) {
        return json("GET", path);
    }

    public JsonNode post(String path) {
        return json("POST", path);
    }

    /**
     * Posts what {@code key} makes safe to send again: where a connection breaks, whether the request was carried out
     * is found out by sending it once more.
     */
    public JsonNode postOnce(String path, JsonNode body, String key) {
        Map<String, String> headers = Map.of("Idempotency-Key", key);
        for (int sending = 1; ; sending++) {
            try {
                return exchange("POST", path, Optional.of(body), headers);
            } catch (ConnectException | UnknownHostException e) {
                throw unreachable(e);
            } catch (IOException e) {
                if (sending == SENDINGS) {
                    throw new Failure(
                            ExitCode.UNREACHABLE,
                            unreachable(e).getMessage() + ", and whether it took the request is not known",
                            "The same with --idempotency-key " + key + " finds out and makes nothing twice.");
                }
            }
        }
    }

    public JsonNode delete(String path) {
        return json("DELETE", path);
    }

    /** All pages of a list, in one. */
    public List<JsonNode> list(String path, String field, Map<String, String> query) {
        List<JsonNode> items = new ArrayList<>();
        Optional<String> next = Optional.empty();
        do {
            StringBuilder page = new StringBuilder(path).append("?limit=").append(PAGE);
            query.forEach(
                    (name, value) -> page.append('&').append(name).append('=').append(encode(value)));
            next.ifPresent(from -> page.append("&continue=").append(encode(from)));
            JsonNode answer = get(page.toString());
            answer.path(field).forEach(items::add);
            next = Optional.ofNullable(answer.path("continue").textValue());
        } while (next.isPresent());
        return items;
    }

    /**
     * An answer that is read as it comes.
     *
     * @param silence how long nothing may come before reading fails; zero is for ever
     */
    public Streaming stream(String path, Map<String, String> headers, Duration silence) {
        try {
            HttpURLConnection connection = open("GET", path, headers);
            connection.setReadTimeout((int) Math.min(Integer.MAX_VALUE, silence.toMillis()));
            requireSuccess(connection);
            return new Streaming(connection, connection.getInputStream());
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    /** A part of a path. */
    public static String encode(String part) {
        return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** An open answer; closing it closes its connection. */
    public record Streaming(HttpURLConnection connection, InputStream body) implements AutoCloseable {
        /** A header of the answer. */
        public Optional<String> header(String name) {
            return Optional.ofNullable(connection.getHeaderField(name));
        }

        @Override
        public void close() {
            connection.disconnect();
        }
    }

    private JsonNode json(String method, String path) {
        try {
            return exchange(method, path, Optional.empty(), Map.of());
        } catch (IOException e) {
            throw unreachable(e);
        }
    }

    private JsonNode exchange(String method, String path, Optional<JsonNode> body, Map<String, String> headers)
            throws IOException {
        HttpURLConnection connection = open(method, path, headers);
        if (body.isPresent()) {
            send(connection, body.get());
        }
        requireSuccess(connection);
        try (InputStream in = connection.getInputStream()) {
            return JsonText.read(in);
        }
    }

    private static void send(HttpURLConnection connection, JsonNode body) throws IOException {
        byte[] bytes = JsonText.write(body).getBytes(StandardCharsets.UTF_8);
        connection.setDoOutput(true);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setFixedLengthStreamingMode(bytes.length);
        try (OutputStream out = connection.getOutputStream()) {
            out.write(bytes);
        }
    }

    private HttpURLConnection open(String method, String path, Map<String, String> headers) throws IOException {
        HttpURLConnection connection = (HttpURLConnection) new URL(address.base() + path).openConnection();
        connection.setRequestMethod(method);
        connection.setConnectTimeout(CONNECT_LIMIT_MILLIS);
        connection.setReadTimeout(READ_LIMIT_MILLIS);
        connection.setInstanceFollowRedirects(false);
        connection.setRequestProperty("Accept", "*/*");
        connection.setRequestProperty("User-Agent", "persys");
        headers.forEach(connection::setRequestProperty);
        address.token().ifPresent(token -> connection.setRequestProperty("Authorization", "Bearer " + token));
        return connection;
    }

    private void requireSuccess(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        if (status >= FIRST_ERROR_STATUS) {
            throw new Refusal(problem(connection, status), address);
        }
    }

    private static Problem problem(HttpURLConnection connection, int status) throws IOException {
        try (InputStream in = connection.getErrorStream()) {
            if (in == null) {
                return Refusal.foreign(status, "");
            }
            String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            String type = Optional.ofNullable(connection.getContentType()).orElse("");
            return type.contains("json") ? Refusal.problem(status, JsonText.read(body)) : Refusal.foreign(status, body);
        }
    }

    private Failure unreachable(IOException e) {
        String what = "the scheduler at " + address;
        String next = address.ofDevelopmentCluster()
                ? "persys dev status says how the cluster is; persys dev start starts it."
                : "Check --address or PERSYS_ADDRESS, and that the scheduler runs there.";
        if (e instanceof ConnectException) {
            return new Failure(ExitCode.UNREACHABLE, "nothing answers at " + address, next);
        } else if (e instanceof UnknownHostException) {
            return new Failure(
                    ExitCode.UNREACHABLE, "there is no host " + address.base().getHost(), next);
        } else if (e instanceof SocketTimeoutException) {
            return new Failure(ExitCode.UNREACHABLE, what + " did not answer in time", next);
        }
        return new Failure(ExitCode.UNREACHABLE, what + " broke off: " + e.getMessage(), next);
    }
}
