package dev.persys.cli.verb;

import dev.persys.cli.Context;
import dev.persys.cli.client.AddressBook;
import dev.persys.cli.client.CertificateFiles;
import dev.persys.cli.client.Deadline;
import dev.persys.cli.client.SchedulerApi;
import dev.persys.cli.syntax.Reader;
import dev.persys.cli.syntax.Single;
import dev.persys.cli.syntax.Syntax;
import java.nio.file.Path;

/** The options by which every verb that asks the scheduler finds it. */
final class Connection {
    private final Single<String> address;
    private final Single<Path> tokenFile;
    private final Single<Path> certificate;
    private final Single<Path> key;
    private final Single<Path> roots;

    Connection(Syntax syntax) {
        address = syntax.option(
                "--address", "URL", "The scheduler, in place of PERSYS_ADDRESS and of persys dev's.", Reader.TEXT);
        tokenFile = syntax.option(
                "--token-file", "FILE", "Holds the token, in place of PERSYS_TOKEN and of persys dev's.", Path::of);
        certificate = syntax.option(
                "--certificate",
                "FILE",
                "Shown to a scheduler with TLS, in place of PERSYS_CERTIFICATE and of persys dev's.",
                Path::of);
        key = syntax.option("--key", "FILE", "The certificate's key, in place of PERSYS_KEY.", Path::of);
        roots = syntax.option(
                "--roots", "FILE", "Those of the scheduler's cluster, in place of PERSYS_ROOTS.", Path::of);
    }

    SchedulerApi open(Context context) {
        return open(context, Deadline.NONE);
    }

    /** The gateway to sign in at, to which nothing is shown. */
    SchedulerApi openUnnamed(Context context) {
        return new SchedulerApi(AddressBook.toSignIn(context, address.value()));
    }

    /** Of which everything that is asked ends at {@code deadline}. */
    SchedulerApi open(Context context, Deadline deadline) {
        CertificateFiles files = new CertificateFiles(certificate.value(), key.value(), roots.value());
        return new SchedulerApi(AddressBook.find(context, address.value(), tokenFile.value(), files), deadline);
    }
}
