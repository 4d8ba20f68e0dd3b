package dev.persys.cli.client;

import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/** Why TLS with a scheduler came to nothing, and what to do: a handshake itself says that in terms of its own. */
final class TlsProblem {
    private static final String NAMES =
            "--certificate, --key and --roots name the files, or PERSYS_CERTIFICATE, PERSYS_KEY and PERSYS_ROOTS.";

    private static final String SIGNED =
            "It has to be signed by the authority of that scheduler's cluster: persys ca sign.";

    /** How the JDK calls what the other side said before it hung up (RFC 8446, section 6). */
    private static final String ALERT = "Received fatal alert: ";

    /** What is told of a connection that was cut off before the other side could be heard to say why. */
    static final String CUT_OFF = "it ended the connection in the handshake";

    private final Address address;

    TlsProblem(Address address) {
        this.address = address;
    }

    /** Files that say themselves that they are of no use. */
    static Failure ofOwnFiles(TrustException e) {
        return new Failure(ExitCode.UNAUTHORIZED, e.getMessage(), NAMES);
    }

    /** Empty where it was not TLS that failed. Who is turned away may see no more of that than the end of the connection. */
    Optional<Failure> failure(IOException e) {
        Optional<Failure> own = address.credentials().flatMap(TlsProblem::ofOwn);
        return own.isEmpty() && e instanceof SSLException tls ? Optional.of(ofHandshake(tls)) : own;
    }

    private Failure ofHandshake(SSLException e) {
        String message = String.valueOf(e.getMessage());
        if (message.equals(CUT_OFF) && address.credentials().isPresent()) {
            return failed(
                    CUT_OFF + ", as one does that does not believe the certificate in "
                            + address.credentials().get().certificate(),
                    SIGNED);
        } else if (message.contains(ALERT)) {
            return refused(message.substring(message.indexOf(ALERT) + ALERT.length()));
        } else if (message.contains("nrecognized SSL message")) {
            return failed(
                    "it does not speak TLS",
                    "Ask by http:// where that scheduler has no certificate; check --address and PERSYS_ADDRESS.");
        }
        return causes(e).anyMatch(CertificateException.class::isInstance)
                ? ofItsCertificate(e)
                : failed(message, NAMES);
    }

    /** Whether the files fit together is looked at only now: where they do, a handshake shows it. */
    private static Optional<Failure> ofOwn(CredentialsPaths files) {
        try {
            var unused = files.read(Instant.now());
            return Optional.empty();
        } catch (TrustException e) {
            return Optional.of(ofOwnFiles(e));
        }
    }

    private Failure refused(String alert) {
        boolean certificate =
                alert.contains("certificate") || alert.equals("unknown_ca") || alert.equals("access_denied");
        if (!certificate) {
            return failed("it ended the handshake (" + alert + ")", NAMES);
        } else if (address.credentials().isEmpty()) {
            return new Failure(
                    ExitCode.UNAUTHORIZED,
                    "the scheduler at " + address + " asks for a certificate, and none was given",
                    NAMES);
        }
        return new Failure(
                ExitCode.UNAUTHORIZED,
                "the scheduler at " + address + " does not believe the certificate in "
                        + address.credentials().get().certificate() + " (" + alert + ")",
                SIGNED);
    }

    private Failure ofItsCertificate(SSLException e) {
        if (isOf(e, BasicReason.EXPIRED, CertificateExpiredException.class)) {
            return failed("its certificate has expired", "Have a new one signed for that scheduler: persys ca sign.");
        } else if (isOf(e, BasicReason.NOT_YET_VALID, CertificateNotYetValidException.class)) {
            return failed("its certificate is not valid yet", "Check the clocks of both machines.");
        } else if (causes(e).noneMatch(CertPathBuilderException.class::isInstance)) {
            String why = causes(e)
                    .filter(CertificateException.class::isInstance)
                    .map(Throwable::getMessage)
                    .findFirst()
                    .orElseThrow();
            return failed(
                    why,
                    "Check that --address is that of a scheduler, and --certificate (PERSYS_CERTIFICATE) of its cluster.");
        }
        Optional<CredentialsPaths> files = address.credentials();
        return files.isPresent()
                ? failed(
                        "no root in " + files.get().roots() + " has signed its certificate",
                        "That file has to be the roots of its cluster: persys ca show --roots prints them.")
                : failed("this machine does not believe its certificate, and no roots of a cluster were given", NAMES);
    }

    private static boolean isOf(SSLException e, CertPathValidatorException.Reason reason, Class<?> type) {
        return causes(e)
                .anyMatch(cause -> type.isInstance(cause)
                        || (cause instanceof CertPathValidatorException path && path.getReason() == reason));
    }

    private static Stream<Throwable> causes(Throwable e) {
        return Stream.iterate(e, cause -> cause != null, Throwable::getCause);
    }

    private Failure failed(String why, String next) {
        return new Failure(
                ExitCode.UNREACHABLE, "the scheduler at " + address + " cannot be spoken with by TLS: " + why, next);
    }
}
