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
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** {@code persys store export} and {@code import}: carries the state from one store to another by way of a file. */
final class StoreVerb implements Verb {
    private final boolean exporting;
    private final Syntax syntax;
    private final Single<String> file;
    private final Single<Path> config;
    private final Single<Path> directory;
    private final Single<String> etcd;
    private final Optional<Flag> replace;

    private StoreVerb(boolean exporting) {
        this.exporting = exporting;
        syntax = new Syntax(
                exporting ? "store export" : "store import",
                exporting ? "Writes a stopped cluster's state to a file." : "Reads a file into an empty state store.");
        syntax.footer("No scheduler may be using the store. Without an option it is that of persys dev.");
        file = syntax.parameter("FILE", Operand.FILE, exporting ? "The file to write." : "A file that was exported.");
        directory = syntax.option("--directory", "DIR", "An embedded store.", Path::of);
        etcd = syntax.option("--etcd", "URL[,URL...]", "A store in etcd.", Reader.TEXT);
        config = syntax.option("--config", "FILE", "The store that a scheduler's file names.", Path::of);
        replace = exporting
                ? Optional.empty()
                : Optional.of(syntax.flag("--replace", "Replace what the store has, if it has anything."));
    }

    static StoreVerb exporting() {
        return new StoreVerb(true);
    }

    static StoreVerb importing() {
        return new StoreVerb(false);
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        if (directory.value().isPresent() && etcd.value().isPresent()) {
            throw new Failure(ExitCode.USAGE, "--directory and --etcd name two stores; one is wanted");
        }
        Path path = Path.of(file.required());
        Map<String, Object> settings = settings(context);
        String counts = exporting
                ? StoreTool.exportTo(path, config.value(), settings)
                : StoreTool.importFrom(
                        path,
                        config.value(),
                        settings,
                        replace.filter(Flag::isSet).isPresent());
        context.out().println(counts);
        return ExitCode.OK;
    }

    private Map<String, Object> settings(Context context) {
        Map<String, Object> settings = new LinkedHashMap<>();
        Optional<Path> embedded = directory.value();
        if (embedded.isEmpty() && etcd.value().isEmpty() && config.value().isEmpty()) {
            embedded = Optional.of(DevDirectory.of(context).store());
        }
        embedded.ifPresent(path -> {
            settings.put("persys.store.kind", "embedded");
            settings.put("persys.store.embedded.directory", path.toString());
        });
        etcd.value().ifPresent(endpoints -> {
            settings.put("persys.store.kind", "etcd");
            settings.put("persys.store.etcd.endpoints", endpoints);
        });
        return settings;
    }
}
