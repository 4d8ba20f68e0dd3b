package dev.persys.cli.process;

import com.typesafe.config.Config;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.scheduler.store.StateTransfer;
import dev.persys.scheduler.store.StateTransfer.Counts;
import dev.persys.scheduler.store.StateTransfer.Existing;
import dev.persys.scheduler.store.StateTransferException;
import dev.persys.store.StateStore;
import dev.persys.store.StoreUnavailableException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Moves everything in a state store to and from a file, with no scheduler running on it. */
public final class StoreTool {
    private StoreTool() {}

    /** What was written, in words. */
    public static String exportTo(Path file, Optional<Path> configuration, Path home) {
        return withStore(configuration, home, store -> StateTransfer.exportTo(file, store));
    }

    /** What was read, in words. */
    public static String importFrom(Path file, Optional<Path> configuration, Path home, boolean replace) {
        Existing existing = replace ? Existing.REPLACE : Existing.REFUSE;
        return withStore(configuration, home, store -> StateTransfer.importFrom(file, store, existing));
    }

    private static String withStore(Optional<Path> configuration, Path home, Function<StateStore, Counts> work) {
        ServerLog.toStandardError();
        Map<String, Object> overrides = configuration.isPresent()
                ? Map.of()
                : Map.of(
                        "persys.store.kind",
                        "embedded",
                        "persys.store.embedded.directory",
                        home.resolve("dev").resolve("store").toString());
        Config config = Configuration.load(configuration, overrides);
        try (StateStore store = Parts.openStore(config)) {
            Counts counts = work.apply(store);
            return counts.workloads() + " workloads, " + counts.nodes() + " nodes and " + counts.events() + " events";
        } catch (StateTransferException e) {
            throw new Failure(ExitCode.REFUSED, e.getMessage());
        } catch (StoreUnavailableException e) {
            throw new Failure(
                    ExitCode.UNREACHABLE, "the state store does not answer: " + e.getMessage(), "Nothing was changed.");
        }
    }
}
