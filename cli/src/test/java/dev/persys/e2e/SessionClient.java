package dev.persys.e2e;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.persys.api.Json;
import dev.persys.api.SessionChannel;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A session as any client of WebSockets has it. */
final class SessionClient implements WebSocket.Listener, AutoCloseable {
    private static final int LIMIT_SECONDS = 60;

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private final ByteArrayOutputStream output = new ByteArrayOutputStream();
    private final CompletableFuture<JsonNode> status = new CompletableFuture<>();
    private WebSocket socket;

    private SessionClient() {}

    static SessionClient open(HttpClient http, String api, String target) throws Exception {
        SessionClient client = new SessionClient();
        client.socket = http.newWebSocketBuilder()
                .buildAsync(URI.create(api.replaceFirst("^http", "ws") + target), client)
                .get(LIMIT_SECONDS, TimeUnit.SECONDS);
        return client;
    }

    void send(SessionChannel channel, String text) {
        byte[] payload = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 1)
                .put(channel.code())
                .put(payload)
                .flip();
        socket.sendBinary(frame, true)
                .orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    String output() {
        return output.toString(StandardCharsets.UTF_8);
    }

    void awaitOutput(String text) {
        await().atMost(Duration.ofSeconds(LIMIT_SECONDS)).until(() -> output().contains(text));
    }

    JsonNode status() {
        return status.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        message.writeBytes(bytes);
        if (last) {
            byte[] frame = message.toByteArray();
            message.reset();
            if (frame[0] == SessionChannel.STATUS.code()) {
                String text = new String(frame, 1, frame.length - 1, StandardCharsets.UTF_8);
                status.complete(Json.read(text, JsonNode.class));
            } else {
                output.write(frame, 1, frame.length - 1);
            }
        }
        from.request(1);
        return null;
    }

    @Override
    public void onError(WebSocket from, Throwable failure) {
        status.completeExceptionally(failure);
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int code, String reason) {
        status.completeExceptionally(new IllegalStateException("closed with " + code + " " + reason));
        return null;
    }

    /** As a client that is killed. */
    @Override
    public void close() {
        socket.abort();
    }
}
