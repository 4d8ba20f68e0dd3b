package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.scheduler.store.StateStores;
import dev.persys.scheduler.store.StateTransfer;
import dev.persys.scheduler.store.StateTransferException;
import dev.persys.scheduler.store.StoreOpenException;
import dev.persys.store.StateStore;
import dev.persys.store.StoreUnavailableException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Carries the state of a store that no scheduler uses into a file, and back. */
public final class StoreTool {
    private StoreTool() {}

    /**
     * Writes the store that the settings name to {@code target}.
     *
     * @return what was written, in words
     * @throws Failure where it cannot be
     */
    public static String exportTo(Path target, Optional<Path> file, Map<String, ?> fixed) {
        return withStore(file, fixed, store -> "exported " + words(StateTransfer.exportTo(target, store)));
    }

    /**
     * Reads {@code source} into the store that the settings name.
     *
     * @param replace whether what the store has may be replaced
     * @return what was read, in words
     * @throws Failure where it cannot be
     */
    public static String importFrom(Path source, Optional<Path> file, Map<String, ?> fixed, boolean replace) {
        StateTransfer.Existing existing = replace ? StateTransfer.Existing.REPLACE : StateTransfer.Existing.REFUSE;
        return withStore(file, fixed, store -> "imported " + words(StateTransfer.importFrom(source, store, existing)));
    }

    private static String withStore(Optional<Path> file, Map<String, ?> fixed, Function<StateStore, String> work) {
        Config config = ProcessConfig.load(file, fixed);
        Logging.start(ConfigFactory.parseString("persys.log.level = error").withFallback(config));
        try (StateStore store = StateStores.open(config)) {
            return work.apply(store);
        } catch (ConfigException | IllegalArgumentException e) {
            throw ProcessConfig.unusable(e.getMessage());
        } catch (StoreOpenException | StoreUnavailableException e) {
            throw new Failure(ExitCode.STORE_UNUSABLE, e.getMessage());
        } catch (StateTransferException e) {
            throw new Failure(ExitCode.REFUSED, e.getMessage());
        }
    }

    private static String words(StateTransfer.Counts counts) {
        return counts.workloads() + " workloads, " + counts.nodes() + " nodes, " + counts.events() + " events and "
                + counts.logs() + " tails of output";
    }
}
