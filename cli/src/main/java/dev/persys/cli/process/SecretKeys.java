package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigValueFactory;
import dev.persys.api.FileProblem;
import dev.persys.cli.dev.SchedulerDirectory;
import dev.persys.secrets.SealingKeys;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The keys by which this scheduler seals secrets, as its settings say. */
final class SecretKeys {
    private static final Logger LOG = LoggerFactory.getLogger(SecretKeys.class);
    private static final String FILE = "persys.secrets.key-file";
    private static final String KEY = "persys.secrets.key";

    private SecretKeys() {}

    /** With the file of this home, which is made where there is none, where no setting says otherwise. */
    static Config orOfHome(Config config, SchedulerDirectory home) {
        if (!config.getString(FILE).isEmpty() || !config.getString(KEY).isEmpty()) {
            return config;
        }
        Path file = home.secretsKey();
        LOG.info("Secrets are sealed by the key in {}: whoever restores the store elsewhere needs it, too", file);
        return config.withValue(FILE, ConfigValueFactory.fromAnyRef(file.toString(), "of this home"));
    }

    /**
     * Absent where no setting names any.
     *
     * @throws TrustException where they cannot be used
     */
    static Optional<SealingKeys> of(Config config) {
        String file = config.getString(FILE);
        String keys = config.getString(KEY);
        if (!file.isEmpty() && !keys.isEmpty()) {
            throw new TrustException(FILE + " and " + KEY + " (PERSYS_SECRETS_KEY) both say by which keys secrets are"
                    + " sealed: leave one of them empty");
        } else if (!keys.isEmpty()) {
            return Optional.of(SealingKeys.of(keys.replace(',', '\n'), KEY));
        } else if (file.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(SealingKeys.read(Path.of(file)));
        } catch (IOException e) {
            throw new TrustException(FILE + ": " + file + " cannot be read: " + FileProblem.of(e), e);
        }
    }
}
