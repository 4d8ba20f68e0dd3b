package dev.persys.scheduler.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.KeptSecret;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.ContainerOptions;
import dev.persys.model.Document;
import dev.persys.model.DocumentId;
import dev.persys.model.DocumentKind;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.model.Resources;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.protocol.Documents;
import dev.persys.secrets.SealingKeys;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SecretValuesTest {
    private static final SealingKeys KEYS = SealingKeys.of(SealingKeys.make(new SecureRandom()), "keys");
    private static final NodeFacts HERE = facts("127.0.0.1");
    private static final NodeFacts AWAY = facts("10.0.0.7");

    private final Map<DocumentId, Document> kept = new HashMap<>();
    private final Documents documents = new Documents() {
        @Override
        public boolean areKnown() {
            return true;
        }

        @Override
        public Optional<Document> find(DocumentId id) {
            return Optional.ofNullable(kept.get(id));
        }

        @Override
        public List<Document> all(DocumentKind kind) {
            return List.copyOf(kept.values());
        }
    };

    private static NodeFacts facts(String address) {
        return new NodeFacts(address, "n", 8086, Resources.NONE, Map.of(), "", "", "", "", "");
    }

    private void keep(String name, long version, String sealed) {
        DocumentId id = new DocumentId(DocumentKind.SECRET, name);
        String text = new KeptSecret(version, sealed, Instant.EPOCH, Instant.EPOCH).write();
        kept.put(id, new Document(id, text, 7));
    }

    private static String sealed(SealingKeys keys, String name, String value) {
        return keys.seal(DocumentKind.SECRET.word(), name, value.getBytes(StandardCharsets.UTF_8));
    }

    private static RunOrder order() {
        RunOrder plain = RunOrder.of(
                WorkloadId.of("6f2c1f0e-0000-4000-8000-000000000001"),
                WorkloadSpec.of("web", "nginx"),
                Generation.of(1),
                Epoch.of(1),
                ClusterId.of("c"),
                Optional.empty());
        return new RunOrder(
                plain.workloadId(),
                plain.name(),
                plain.displayName(),
                plain.image(),
                plain.command(),
                plain.args(),
                plain.entrypoint(),
                Map.of("OWN", "kept"),
                plain.async(),
                plain.resources(),
                plain.limits(),
                plain.ports(),
                plain.volumes(),
                plain.network(),
                plain.user(),
                plain.workingDir(),
                plain.restartPolicy(),
                plain.labels(),
                plain.stopGracePeriod(),
                plain.pullPolicy(),
                plain.registryCredentials(),
                plain.healthCheck(),
                ContainerOptions.NONE.withSecretEnv(Map.of("PASSWORD", "db")),
                plain.generation(),
                plain.epoch(),
                plain.clusterId(),
                plain.requestId(),
                plain.run(),
                plain.previousStart(),
                plain.restarts(),
                plain.restartAttempts());
    }

    private String missing(Optional<SealingKeys> keys, boolean tls, NodeFacts node) {
        SecretValues.Filled filled = new SecretValues(documents, keys, tls).fill(order(), node);
        assertThat(filled).isInstanceOf(SecretValues.Filled.Missing.class);
        return ((SecretValues.Filled.Missing) filled).why();
    }

    @Test
    void valueStandsBesideOtherVariablesAndTheNamesAreNotSent() {
        keep("db", 3, sealed(KEYS, "db", "pässwörd"));
        for (NodeFacts node : List.of(HERE, AWAY)) {
            SecretValues values = new SecretValues(documents, Optional.of(KEYS), node.equals(AWAY));

            SecretValues.Filled.Ready ready = (SecretValues.Filled.Ready) values.fill(order(), node);

            assertThat(ready.order().envVars())
                    .containsOnly(Map.entry("OWN", "kept"), Map.entry("PASSWORD", "pässwörd"));
            assertThat(ready.order().options()).isEqualTo(ContainerOptions.NONE);
            assertThat(ready.toString()).doesNotContain("pässwörd");
            assertThat(values.versions(List.of("db", "other"))).containsExactly(Map.entry("db", 3L));
        }
    }

    @Test
    void whatNoOrderCouldCarryIsSaidOfTheWorkloadAndNotSent() {
        keep("db", 1, sealed(KEYS, "db", "x".repeat(256 * 1024)));
        assertThat(new SecretValues(documents, Optional.of(KEYS), true).fill(order(), AWAY))
                .isInstanceOf(SecretValues.Filled.Ready.class);

        keep("db", 1, sealed(KEYS, "db", "\u0001".repeat(45 * 1024)));
        assertThat(missing(Optional.of(KEYS), true, AWAY)).contains("more than 256 KiB together");
    }

    @Test
    void nothingIsSentInPlainTextToAnotherMachine() {
        keep("db", 1, sealed(KEYS, "db", "value"));

        assertThat(missing(Optional.of(KEYS), false, AWAY)).contains("10.0.0.7", "plain text", "certificates");
    }

    @Test
    void whatIsMissingIsSaidWithWhatToDo() {
        assertThat(missing(Optional.of(KEYS), false, HERE)).contains("no secret db", "persys secret set db");
        assertThat(missing(Optional.empty(), false, HERE)).contains("no keys");
        keep("db", 1, sealed(SealingKeys.of(SealingKeys.make(new SecureRandom()), "other"), "db", "value"));
        assertThat(missing(Optional.of(KEYS), false, HERE)).contains("secret db", "a key that is not here");
        keep("db", 1, sealed(KEYS, "another", "value"));
        assertThat(missing(Optional.of(KEYS), false, HERE))
                .contains("does not open")
                .doesNotContain("value");
    }
}
