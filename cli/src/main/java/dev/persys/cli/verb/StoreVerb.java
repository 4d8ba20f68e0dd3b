package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.process.StoreTool;
import dev.persys.cli.syntax.Flag;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Path;
import java.util.Optional;

/** {@code persys store export} and {@code persys store import}: everything in a state store, to and from a file. */
final class StoreVerb implements Verb {
    private final boolean exporting;
    private final Syntax syntax;
    private final Single<String> file;
    private final Single<Path> config;
    private final Optional<Flag> replace;

    private StoreVerb(boolean exporting, String summary, String fileText) {
        this.exporting = exporting;
        this.syntax = new Syntax(exporting ? "store export" : "store import", summary)
                .footer("Without --config it is the store of persys dev, which must be stopped for it.");
        this.config = syntax.option("--config", "FILE", "A scheduler's settings, which name the store.", Path::of);
        this.replace = exporting
                ? Optional.empty()
                : Optional.of(syntax.flag("--replace", "Also where the store has something: that is gone then."));
        this.file = syntax.parameter("FILE", Operand.FILE, fileText);
    }

    static StoreVerb exporting() {
        return new StoreVerb(true, "Writes everything in a state store to a file.", "To be written.");
    }

    static StoreVerb importing() {
        return new StoreVerb(false, "Writes an export into an empty state store.", "Written by persys store export.");
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        Path path = Path.of(file.required());
        String counts = exporting
                ? StoreTool.exportTo(path, config.value(), context.home())
                : StoreTool.importFrom(
                        path,
                        config.value(),
                        context.home(),
                        replace.orElseThrow().isSet());
        context.err().println((exporting ? "Exported " : "Imported ") + counts + ".");
        return ExitCode.OK;
    }
}
