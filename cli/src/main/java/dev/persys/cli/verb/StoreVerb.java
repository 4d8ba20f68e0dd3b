package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.dev.DevDirectory;
import dev.persys.cli.process.StoreTool;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * {@code persys store export} and {@code import} carry the state from one store to another by way of a file; {@code
 * accept-loss} goes on with what is left of one.
 */
final class StoreVerb implements Verb {
    private enum Work {
        EXPORT(
                "store export",
                "Writes a stopped cluster's state to a file.",
                Optional.of("The file to write."),
                Optional.of("Write over the file, if there is one.")),
        IMPORT(
                "store import",
                "Reads a file into an empty state store.",
                Optional.of("A file that was exported."),
                Optional.of("Replace what the store has, if it has anything.")),
        ACCEPT_LOSS(
                "store accept-loss",
                "Goes on with what can still be read of a store that lost writes.",
                Optional.empty(),
                Optional.empty());

        private final String verb;
        private final String summary;
        private final Optional<String> file;
        private final Optional<String> replaced;

        Work(String verb, String summary, Optional<String> file, Optional<String> replaced) {
            this.verb = verb;
            this.summary = summary;
            this.file = file;
            this.replaced = replaced;
        }
    }

    private final Work work;
    private final Syntax syntax;
    private final Optional<Single<String>> file;
    private final Single<Path> config;
    private final Single<Path> directory;
    private final Optional<Single<String>> etcd;
    private final Optional<Flag> replace;

    private StoreVerb(Work work) {
        this.work = work;
        syntax = new Syntax(work.verb, work.summary);
        syntax.footer("No scheduler may be using the store. Without an option it is that of persys dev.");
        file = work.file.map(description -> syntax.parameter("FILE", Operand.FILE, description));
        directory = syntax.option("--directory", "DIR", "An embedded store.", Path::of);
        etcd = work == Work.ACCEPT_LOSS
                ? Optional.empty()
                : Optional.of(syntax.option("--etcd", "URL[,URL...]", "A store in etcd.", Reader.TEXT));
        config = syntax.option("--config", "FILE", "The store that a scheduler's file names.", Path::of);
        replace = work.replaced.map(what -> syntax.flag("--replace", what));
    }

    static StoreVerb exporting() {
        return new StoreVerb(Work.EXPORT);
    }

    static StoreVerb importing() {
        return new StoreVerb(Work.IMPORT);
    }

    static StoreVerb acceptingLoss() {
        return new StoreVerb(Work.ACCEPT_LOSS);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        if (directory.value().isPresent() && endpoints().isPresent()) {
            throw new Failure(ExitCode.USAGE, "--directory and --etcd name two stores; one is wanted");
        }
        boolean mayReplace = replace.filter(Flag::isSet).isPresent();
        if (work == Work.EXPORT && !mayReplace && Files.exists(path())) {
            throw new Failure(
                    ExitCode.REFUSED,
                    "there is a file " + path() + " already, and nothing was written",
                    "Take another name, or write over it: --replace.");
        }
        Map<String, Object> settings = settings(context);
        context.out()
                .println(
                        switch (work) {
                            case EXPORT -> StoreTool.exportTo(path(), config.value(), settings);
                            case IMPORT -> StoreTool.importFrom(path(), config.value(), settings, mayReplace);
                            case ACCEPT_LOSS -> StoreTool.acceptLoss(config.value(), settings);
                        });
        return ExitCode.OK;
    }

    private Path path() {
        return Path.of(file.orElseThrow().required());
    }

    private Optional<String> endpoints() {
        return etcd.flatMap(Single::value);
    }

    private Map<String, Object> settings(Context context) {
        Map<String, Object> settings = new LinkedHashMap<>();
        Optional<Path> embedded = directory.value();
        if (embedded.isEmpty() && endpoints().isEmpty() && config.value().isEmpty()) {
            embedded = Optional.of(DevDirectory.of(context).store());
        }
        embedded.ifPresent(path -> {
            settings.put("persys.store.kind", "embedded");
            settings.put("persys.store.embedded.directory", path.toString());
        });
        endpoints().ifPresent(endpoints -> {
            settings.put("persys.store.kind", "etcd");
            settings.put("persys.store.etcd.endpoints", endpoints);
        });
        return settings;
    }
}
