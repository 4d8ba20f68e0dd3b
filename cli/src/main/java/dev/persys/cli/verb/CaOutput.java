package dev.persys.cli.verb;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.persys.cli.Context;
import dev.persys.cli.Failure;
import dev.persys.cli.client.JsonText;
import dev.persys.cli.output.OutputFormat;
import dev.persys.cli.output.Sheet;
import dev.persys.cli.process.AuthorityTool;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.trust.Expiry;
import dev.persys.trust.Pin;
import dev.persys.trust.Renewal;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;

/** What the verbs of {@code persys ca} have in common: where the authority is, and how it is shown. */
final class CaOutput {
    private final Single<Path> directory;
    private final Output output;

    CaOutput(Syntax syntax) {
        directory = directory(syntax);
        output = new Output(syntax);
    }

    /** The option {@code --dir} alone. */
    static Single<Path> directory(Syntax syntax) {
        return syntax.option("--dir", "DIR", "The authority's directory, in place of $PERSYS_HOME/ca.", Path::of);
    }

    static AuthorityTool tool(Single<Path> directory, Context context) {
        return new AuthorityTool(directory
                .value()
                .map(path -> path.toAbsolutePath().normalize())
                .orElseGet(() -> context.home().resolve("ca")));
    }

    AuthorityTool tool(Context context) {
        return tool(directory, context);
    }

    /** Shows all of it; on standard error, what is to be done about a root that ends. */
    void print(AuthorityTool.State state, Context context) {
        Instant now = Instant.now();
        if (!output.printData(json(state, now), context.out())) {
            if (output.format() == OutputFormat.NAME) {
                state.roots().forEach(root -> context.out().println(Pin.of(root)));
            } else {
                sheet(state, now).print(context.out());
            }
        }
        X509Certificate signing = state.roots().get(0);
        Expiry expiry = Expiry.of(signing, now);
        if (expiry != Expiry.OK) {
            Failure.warn(
                    "the root of " + state.cluster()
                            + (expiry == Expiry.EXPIRED ? " expired at " : " has to be changed before ")
                            + signing.getNotAfter().toInstant() + ": persys ca rotate",
                    context.err());
        }
    }

    private static Sheet sheet(AuthorityTool.State state, Instant now) {
        Sheet sheet = new Sheet(now.toEpochMilli());
        sheet.line("Cluster", state.cluster().value());
        sheet.line("Directory", state.directory().toString());
        lines(sheet, "", state.roots().get(0), now);
        state.roots().stream().skip(1).forEach(root -> lines(sheet, "Previous ", root, now));
        return sheet;
    }

    private static void lines(Sheet sheet, String which, X509Certificate root, Instant now) {
        sheet.line(label(which, "Pin"), Pin.of(root).toString());
        sheet.line(label(which, "Root"), root.getSubjectX500Principal().getName());
        sheet.line(
                label(which, "Valid"),
                root.getNotBefore().toInstant() + " to " + root.getNotAfter().toInstant() + ", "
                        + Expiry.of(root, now).word());
    }

    private static String label(String which, String what) {
        return which.isEmpty() ? what : which + what.toLowerCase(Locale.ROOT);
    }

    private static ObjectNode json(AuthorityTool.State state, Instant now) {
        ArrayNode roots = JsonText.array();
        for (X509Certificate root : state.roots()) {
            roots.add(JsonText.object()
                    .put("pin", Pin.of(root).toString())
                    .put("signs", root.equals(state.roots().get(0)))
                    .put("subject", root.getSubjectX500Principal().getName())
                    .put("serial", root.getSerialNumber().toString(16))
                    .put("notBefore", root.getNotBefore().toInstant().toString())
                    .put("notAfter", root.getNotAfter().toInstant().toString())
                    .put("renewAt", Renewal.at(root).toString())
                    .put("expiry", Expiry.of(root, now).word()));
        }
        ObjectNode json = JsonText.object()
                .put("cluster", state.cluster().value())
                .put("directory", state.directory().toString());
        json.set("roots", roots);
        return json;
    }
}
