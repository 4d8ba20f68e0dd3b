package dev.persys.cli.process;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import dev.persys.cli.dev.DevPorts;
import dev.persys.trust.Role;
import dev.persys.trust.TestAuthority;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a scheduler takes from its home where no setting says otherwise. */
final class ServerPartsTest {
    @TempDir
    Path home;

    @Test
    void tokenAndAuditLogAreOfTheHome() throws IOException {
        started(Map.of());
        assertThat(home.resolve("scheduler/token")).isRegularFile();
        assertThat(home.resolve("scheduler/audit")).isDirectory();
        assertThat(Files.readString(home.resolve("scheduler/endpoints.json")))
                .contains("http://127.0.0.1:", "tokenFile");
    }

    @Test
    void withCertificatesThereIsAnAuditLogAndNoToken() throws IOException {
        CredentialsPaths files = TestAuthority.write(new TestAuthority().of(Role.SCHEDULER, "s-1"), home);
        started(Map.of(
                "persys.http.scheduler.tls.certificate", files.certificate().toString(),
                "persys.http.scheduler.tls.key", files.key().toString(),
                "persys.http.scheduler.tls.roots", files.roots().toString()));
        assertThat(home.resolve("scheduler/token")).doesNotExist();
        assertThat(home.resolve("scheduler/audit")).isDirectory();
        assertThat(Files.readString(home.resolve("scheduler/endpoints.json"))).contains("https://127.0.0.1:");
    }

    private void started(Map<String, String> more) {
        Map<String, Object> settings = new HashMap<>(DevPorts.free().bySetting());
        settings.put("persys.store.kind", "embedded");
        settings.put("persys.store.embedded.home", home.toString());
        settings.put("persys.store.embedded.directory", home.resolve("store").toString());
        settings.putAll(more);
        Config config = ProcessConfig.load(Optional.empty(), settings);
        ServerParts parts = ServerParts.scheduler(config);
        parts.stop().toCompletableFuture().join();
        parts.release();
    }
}
