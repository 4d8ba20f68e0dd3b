package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.AuthorityTool.Brought;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Path;
import java.util.Optional;

/** {@code persys ca import}: has a root that was made elsewhere sign for a cluster. */
final class CaImportVerb implements Verb {
    private final Syntax syntax = new Syntax(
                    "ca import", "Takes a root that was made elsewhere as a cluster's authority.")
            .footer(
                    "Wanted are PEM files; the key as PKCS#8, not encrypted, EC on P-256 or P-384 or RSA of 3072 bits or more.");
    private final Single<String> cluster =
            syntax.parameter("CLUSTER", Operand.OTHER, "The cluster's name, a lower-case DNS label such as prod.");
    private final Root root = new Root(syntax);
    private final CaOutput output = new CaOutput(syntax);

    /** The options that name a root: both or none. */
    static final class Root {
        private final Single<Path> certificate;
        private final Single<Path> key;

        Root(Syntax syntax) {
            certificate = syntax.option("--certificate", "FILE", "The root's certificate.", Path::of);
            key = syntax.option("--key", "FILE", "The root's key, which only its owner may read.", Path::of);
        }

        Optional<Brought> value() {
            if (certificate.value().isPresent() != key.value().isPresent()) {
                throw new Failure(
                        ExitCode.USAGE, "--certificate and --key name the two halves of one root; both are wanted");
            }
            return certificate.value().map(file -> new Brought(file, key.required()));
        }
    }

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        Brought brought = root.value()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE,
                        "--certificate and --key are missing",
                        "persys ca init makes a root where there is none yet."));
        output.print(output.tool(context).importFrom(cluster.required(), brought), context);
        return ExitCode.OK;
    }
}
