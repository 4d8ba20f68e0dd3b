package dev.persys.cli.verb;

import dev.persys.api.FileProblem;
import dev.persys.cli.Context;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.process.AuthorityTool;
import dev.persys.cli.syntax.Operand;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Several;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import dev.persys.trust.Certificates;
import dev.persys.trust.Pin;
import dev.persys.trust.Renewal;
import dev.persys.trust.Role;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;

/** {@code persys ca sign}: makes a certificate for a request, under the name that the command says. */
final class CaSignVerb implements Verb {
    static final String ROLES = "scheduler|agent|gateway|operator";
    private static final String STDIN = "-";
    private static final Reader<Role> ROLE = text -> Role.of(text)
            .orElseThrow(() -> new Reader.NotAValueException("one of " + ROLES.replace("|", ", ") + " is wanted"));

    private final Syntax syntax = new Syntax("ca sign", "Signs a request for a certificate.")
            .footer("Of the request only the public key is taken; whose it is, is what --role and --name say.");
    private final Single<String> request = syntax.parameter(
            "REQUEST", Operand.FILE, "The request, as persys ca request makes one; - is standard input.");
    private final Single<Role> role = syntax.option("--role", ROLES, "What its holder may be.", ROLE);
    private final Single<String> name = syntax.option(
            "--name", "NAME", "Who that is, as a lower-case DNS name: for an agent, its node's id.", Reader.TEXT);
    private final Single<Integer> days =
            syntax.option("--days", "N", "How long it is good for; 30 without.", Reader.COUNT);
    private final Several<String> dns = syntax.options(
            "--dns", "NAME", "A host name for clients that know nothing of identities; repeatable.", Reader.TEXT);
    private final Single<Path> out = syntax.option(
            "--out",
            "DIR",
            "Write certificate.pem and roots.pem there, in place of the certificate to standard output.",
            Path::of);
    private final Single<Path> directory = CaOutput.directory(syntax);

    @Override
    public Syntax syntax() {
        return syntax;
    }

    @Override
    public ExitCode run(Context context) {
        AuthorityTool.Wanted wanted = new AuthorityTool.Wanted(
                required(role, "--role"), required(name, "--name"), days.value().map(Duration::ofDays), dns.values());
        AuthorityTool.Signed signed = sign(CaOutput.tool(directory, context), wanted, context);
        X509Certificate certificate = signed.certificate();
        String told = "signed " + signed.identity() + ", good until "
                + certificate.getNotAfter().toInstant() + ", to be renewed from " + Renewal.at(certificate)
                + "; its root is "
                + Pin.of(signed.roots().get(0));
        if (out.value().isPresent()) {
            AuthorityTool.write(signed, out.required());
            context.out().println(told);
        } else {
            context.out().print(Certificates.write(List.of(certificate)));
            context.err().println(told);
        }
        return ExitCode.OK;
    }

    private AuthorityTool.Signed sign(AuthorityTool tool, AuthorityTool.Wanted wanted, Context context) {
        if (request.required().equals(STDIN)) {
            return tool.sign(context.in(), "standard input", wanted);
        }
        Path file = Path.of(request.required());
        try (InputStream in = Files.newInputStream(file)) {
            return tool.sign(in, file.toString(), wanted);
        } catch (IOException e) {
            throw new Failure(ExitCode.USAGE, file + " cannot be read: " + FileProblem.of(e));
        }
    }

    private static <T> T required(Single<T> option, String label) {
        return option.value()
                .orElseThrow(() -> new Failure(
                        ExitCode.USAGE, label + " is missing", "persys ca sign --help shows what it takes."));
    }
}
