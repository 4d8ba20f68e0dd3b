package dev.persys.scheduler.store;

import dev.persys.store.StateStore;
import dev.persys.store.StateStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

final class EmbeddedStateStoreTest extends StateStoreContract {
    @TempDir
    Path directory;

    @Override
    protected StateStore open() {
        return EmbeddedStateStore.open(directory.resolve("state"));
    }
}
