package dev.persys.http.testing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.Problem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** A plain HTTP client of another make than the server's. */
public final class Wire {
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    private final Supplier<InetSocketAddress> address;
    private final Optional<String> token;

    public Wire(Supplier<InetSocketAddress> address) {
        this(address, Optional.empty());
    }

    private Wire(Supplier<InetSocketAddress> address, Optional<String> token) {
        this.address = address;
        this.token = token;
    }

    /** That shows {@code token} with every request that says nothing else. */
    public Wire with(String token) {
        return new Wire(address, Optional.of(token));
    }

    /**
     * Without a body.
     *
     * @param headers names and values in turn
     */
    public HttpResponse<String> get(String path, String... headers) {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    public HttpResponse<String> delete(String path, String... headers) {
        return send("DELETE", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    public HttpResponse<String> post(String path, String... headers) {
        return send("POST", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    /** With the content type of JSON; apostrophes in {@code body} stand for quotes. */
    public HttpResponse<String> json(String path, String body, String... headers) {
        String[] all = new String[headers.length + 2];
        all[0] = "Content-Type";
        all[1] = "application/json";
        System.arraycopy(headers, 0, all, 2, headers.length);
        return send("POST", path, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')), all);
    }

    public HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        try {
            return client.send(request(method, path, body, headers), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers as soon as the head is there. */
    public HttpResponse<InputStream> open(String path, String... headers) {
        try {
            return client.send(
                    request("GET", path, HttpRequest.BodyPublishers.noBody(), headers),
                    HttpResponse.BodyHandlers.ofInputStream());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Answers with all that comes back for these bytes, until the other side closes. */
    public String raw(String request) {
        InetSocketAddress to = address.get();
        try (Socket socket = new Socket(to.getAddress(), to.getPort())) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            socket.getOutputStream().flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static JsonNode tree(HttpResponse<String> response) {
        return Json.read(response.body(), JsonNode.class);
    }

    public static Problem problem(HttpResponse<String> response) {
        return Json.read(response.body(), Problem.class);
    }

    private HttpRequest request(String method, String path, HttpRequest.BodyPublisher body, String... headers) {
        InetSocketAddress to = address.get();
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://" + to.getHostString() + ":" + to.getPort() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body);
        if (headers.length > 0) {
            request.headers(headers);
        }
        if (!List.of(headers).contains("Authorization")) {
            token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
        }
        return request.build();
    }
}
