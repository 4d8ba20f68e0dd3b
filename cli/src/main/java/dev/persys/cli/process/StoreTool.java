package dev.persys.cli.process;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.scheduler.store.AcceptedLoss;
import dev.persys.scheduler.store.NoExportException;
import dev.persys.scheduler.store.StateStores;
import dev.persys.scheduler.store.StateTransfer;
import dev.persys.scheduler.store.StateTransferException;
import dev.persys.scheduler.store.StoreInUseException;
import dev.persys.scheduler.store.StoreOpenException;
import dev.persys.store.StateStore;
import dev.persys.store.StoreUnavailableException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Carries the state of a store that no scheduler uses into a file, and back. */
public final class StoreTool {
    /** What goes wrong is told by the command itself; libraries' own words in front of that are noise. */
    private static final String QUIET = """
            persys.log {
              level = error
              levels { akka = error, "org.apache.hc" = error, "com.github.dockerjava" = error, "io.netty" = error,
                "io.etcd" = error, "io.grpc" = error, "io.vertx" = error, kamon = error }
            }""";

    private static final String NEXT =
            "\nContainers that have no record now, or are newer than theirs, are left alone: persys nodes"
                    + " says OrphansHeld where there are any.\npersys node accept-orphans NODE goes on there with the records as"
                    + " they are: what has none is removed.";

    private StoreTool() {}

    /**
     * Writes the store that the settings name to {@code target}.
     *
     * @return what was written, in words
     * @throws Failure where it cannot be
     */
    public static String exportTo(Path target, Optional<Path> file, Map<String, ?> fixed) {
        return withStore(
                file,
                fixed,
                StateStores::openExisting,
                store -> "exported " + words(StateTransfer.exportTo(target, store)));
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
        return withStore(
                file,
                fixed,
                StateStores::open,
                store -> "imported " + words(StateTransfer.importFrom(source, store, existing)) + NEXT);
    }

    /**
     * Has the embedded store that the settings name go on with what is left of it.
     *
     * @return what is left, in words
     * @throws Failure where that cannot be
     */
    public static String acceptLoss(Optional<Path> file, Map<String, ?> fixed) {
        return guarded(
                file,
                fixed,
                config -> StateStores.acceptLoss(config)
                        .map(StoreTool::words)
                        .orElse("nothing is missing, and nothing was changed"));
    }

    private static String words(AcceptedLoss.Left left) {
        String told = left.told()
                .map(revision -> " of those up to revision " + revision + " that were acknowledged")
                .orElse("");
        return "the store goes on with " + left.entries() + " entries, which have the writes up to revision "
                + left.revision() + told + "; the files it was read from are kept beside it, as *.lost" + NEXT;
    }

    private static String withStore(
            Optional<Path> file,
            Map<String, ?> fixed,
            Function<Config, StateStore> opening,
            Function<StateStore, String> work) {
        return guarded(file, fixed, config -> {
            try (StateStore store = opening.apply(config)) {
                return work.apply(store);
            }
        });
    }

    private static String guarded(Optional<Path> file, Map<String, ?> fixed, Function<Config, String> work) {
        Config config = ProcessConfig.load(file, fixed);
        Logging.start(ConfigFactory.parseString(QUIET).withFallback(config));
        try {
            return work.apply(config);
        } catch (ConfigException | IllegalArgumentException e) {
            throw ProcessConfig.unusable(e.getMessage());
        } catch (StoreInUseException e) {
            throw new Failure(
                    ExitCode.STORE_UNUSABLE,
                    e.sentence(),
                    "Stop that process and try again: persys dev stop for persys dev, else the scheduler's service."
                            + " Containers run on meanwhile.");
        } catch (StoreOpenException | StoreUnavailableException e) {
            throw new Failure(ExitCode.STORE_UNUSABLE, e.getMessage());
        } catch (NoExportException e) {
            throw new Failure(ExitCode.USAGE, e.getMessage());
        } catch (StateTransferException e) {
            throw new Failure(ExitCode.REFUSED, e.getMessage());
        }
    }

    private static String words(StateTransfer.Counts counts) {
        return counts.workloads() + " workloads, " + counts.nodes() + " nodes, " + counts.events() + " events, "
                + counts.logs() + " tails of output, the earlier specifications of " + counts.specs()
                + " workloads and " + counts.documents() + " other documents";
    }
}
