package dev.persys.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;

final class EtcdFixtureIT {
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    @Test
    void sharedServerAnswers() {
        assertThat(EtcdFixture.shared().isHealthy()).isTrue();
        assertThat(EtcdFixture.shared()).isSameAs(EtcdFixture.shared());
    }

    @Test
    void dataOutlivesStopAndKill() throws Exception {
        try (EtcdFixture etcd = EtcdFixture.start()) {
            put(etcd, "k", "v");
            etcd.stop();
            assertThat(etcd.isHealthy()).isFalse();
            etcd.restart();
            assertThat(get(etcd, "k")).contains(base64("v"));
            etcd.kill();
            etcd.restart();
            assertThat(get(etcd, "k")).contains(base64("v"));
        }
    }

    @Test
    void pausedServerDoesNotAnswerUntilResumed() {
        try (EtcdFixture etcd = EtcdFixture.start()) {
            etcd.pause();
            assertThat(etcd.isHealthy()).isFalse();
            etcd.resume();
            assertThat(Processes.await(Duration.ofSeconds(10), etcd::isHealthy)).isTrue();
        }
    }

    private static void put(EtcdFixture etcd, String key, String value) throws IOException, InterruptedException {
        call(etcd, "put", "{\"key\":\"" + base64(key) + "\",\"value\":\"" + base64(value) + "\"}");
    }

    private static String get(EtcdFixture etcd, String key) throws IOException, InterruptedException {
        return call(etcd, "range", "{\"key\":\"" + base64(key) + "\"}");
    }

    private static String call(EtcdFixture etcd, String operation, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(etcd.endpoints().get(0) + "/v3/kv/" + operation))
                .timeout(Duration.ofSeconds(5))
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = HTTP.send(request, HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).isEqualTo(200);
        return response.body();
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }
}
