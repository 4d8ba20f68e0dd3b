package dev.persys.cli.process;

import dev.persys.api.FileProblem;
import dev.persys.ca.AuthorityDirectory;
import dev.persys.ca.CertificateAuthority;
import dev.persys.ca.SigningRequest;
import dev.persys.cli.ExitCode;
import dev.persys.cli.Failure;
import dev.persys.cli.dev.DevPki;
import dev.persys.cli.dev.OwnFiles;
import dev.persys.model.ClusterId;
import dev.persys.model.Names;
import dev.persys.trust.Certificates;
import dev.persys.trust.Keys;
import dev.persys.trust.PrivateFiles;
import dev.persys.trust.Renewal;
import dev.persys.trust.Role;
import dev.persys.trust.SpiffeId;
import dev.persys.trust.TrustException;
import dev.persys.trust.tls.CredentialsPaths;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the certificates of a development cluster, and keeps them good: its authority's, and those of scheduler, agent and
 * operator. A key stays when its certificate is renewed, so that one file is changed, and the two in it always fit.
 */
public final class DevCertificates {
    private static final Logger LOG = LoggerFactory.getLogger(DevCertificates.class);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** By which programs that know nothing of identities check the scheduler. */
    private static final List<String> LOCAL = List.of("localhost", "127.0.0.1", "::1");

    /** Between two looks whether one is due. A certificate is by days longer good then. */
    private static final long LOOK_SECONDS = 60;

    private final DevPki pki;
    private final String node;
    private final InstantSource clock;

    /** Those in {@code pki}, of an agent whose node is {@code node}. */
    public DevCertificates(DevPki pki, String node) {
        this(pki, node, InstantSource.system());
    }

    DevCertificates(DevPki pki, String node, InstantSource clock) {
        this.pki = pki;
        this.node = node;
        this.clock = clock;
    }

    private record Holder(Role role, String name, List<String> hosts, CredentialsPaths files) {}

    private List<Holder> holders() {
        return List.of(
                new Holder(Role.SCHEDULER, "dev", LOCAL, pki.scheduler()),
                new Holder(Role.AGENT, node, List.of(), pki.agent()),
                new Holder(Role.OPERATOR, user(), List.of(), pki.operator()));
    }

    /** Whoever started the cluster, so that the audit log says who it was. */
    private static String user() {
        String name = System.getProperty("user.name", "").toLowerCase(Locale.ROOT);
        return Names.isDnsName(name) ? name : "operator";
    }

    /**
     * Makes what is not there or of no use, and renews what is due. For a cluster that does not run yet.
     *
     * @throws Failure where the files cannot be used, with what to do
     */
    public void prepare() {
        try {
            OwnFiles.makeDirectory(pki.directory());
            AuthorityDirectory directory = new AuthorityDirectory(pki.authority());
            Instant now = clock.instant();
            if (!Files.exists(pki.authority().resolve("authority.pem"))) {
                directory.create(CertificateAuthority.create(newName(), now, RANDOM));
            } else if (Renewal.due(directory.open().roots().signing(), now)) {
                // Nobody runs who believes the previous one, and everything it has signed is signed anew.
                directory.change(old -> old.rotated(now, RANDOM).finished());
            }
            renew(directory.open(), now);
        } catch (TrustException e) {
            throw unusable(e.getMessage());
        } catch (IOException e) {
            throw unusable(FileProblem.named(e));
        }
    }

    private Failure unusable(String why) {
        return new Failure(
                ExitCode.CONFIGURATION,
                "the certificates of the development cluster cannot be used: " + why,
                "Without " + pki.directory() + " the next start makes all of them anew; workloads stay as they are.");
    }

    private static ClusterId newName() {
        return new ClusterId("dev-" + String.format("%08x", RANDOM.nextInt()));
    }

    /** From now on, until this process ends: renews what is due while the cluster runs. */
    public void keep() {
        Thread thread = new Thread(this::renewForever, "dev-certificates");
        thread.setDaemon(true);
        thread.start();
    }

    private void renewForever() {
        String told = "";
        while (true) {
            try {
                TimeUnit.SECONDS.sleep(LOOK_SECONDS);
                renewDue();
                told = "";
            } catch (IOException | RuntimeException e) { // Whatever it was, the next attempt may do better.
                String why = e instanceof IOException io
                        ? FileProblem.named(io)
                        : e instanceof TrustException ? e.getMessage() : e.toString();
                if (!why.equals(told)) {
                    LOG.warn("Certificates cannot be renewed, which is tried again each minute: {}", why);
                    told = why;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Renews what is due; the ports have new files by themselves. */
    void renewDue() throws IOException {
        for (X509Certificate next : renew(new AuthorityDirectory(pki.authority()).open(), clock.instant())) {
            LOG.info(
                    "The certificate of {} is renewed until {}",
                    SpiffeId.of(next),
                    next.getNotAfter().toInstant());
        }
    }

    private List<X509Certificate> renew(CertificateAuthority authority, Instant now) throws IOException {
        String roots = Certificates.write(authority.roots().trusted());
        if (!Files.exists(pki.roots()) || !PrivateFiles.read(pki.roots()).equals(roots)) {
            PrivateFiles.write(pki.roots(), roots);
        }
        List<X509Certificate> renewed = new ArrayList<>();
        for (Holder holder : holders()) {
            renew(holder, authority, now).ifPresent(renewed::add);
        }
        return renewed;
    }

    private static Optional<X509Certificate> renew(Holder holder, CertificateAuthority authority, Instant now)
            throws IOException {
        SpiffeId identity = new SpiffeId(authority.cluster(), holder.role(), holder.name());
        Optional<X509Certificate> last = lastOf(holder.files());
        if (last.filter(one -> isGood(one, identity, authority, now)).isPresent()) {
            return Optional.empty();
        }
        PublicKey key;
        if (last.isPresent()) {
            key = last.get().getPublicKey();
        } else {
            KeyPair keys = Keys.make(RANDOM);
            PrivateFiles.write(holder.files().key(), Keys.write(keys.getPrivate()));
            key = keys.getPublic();
        }
        X509Certificate next = authority.sign(
                new SigningRequest(key), identity, CertificateAuthority.LIFE, holder.hosts(), now, RANDOM);
        PrivateFiles.write(holder.files().certificate(), Certificates.write(List.of(next)));
        return Optional.of(next);
    }

    /** The certificate that is there, where its key is too. */
    private static Optional<X509Certificate> lastOf(CredentialsPaths files) {
        try {
            String source = files.certificate().toString();
            X509Certificate certificate = Certificates.readOne(PrivateFiles.read(files.certificate()), source);
            Path key = files.key();
            PrivateKey own = Keys.read(PrivateFiles.readPrivate(key), key.toString());
            return Optional.of(certificate).filter(one -> Keys.fit(own, one.getPublicKey()));
        } catch (IOException | TrustException e) {
            return Optional.empty(); // Then both are made anew.
        }
    }

    private static boolean isGood(
            X509Certificate certificate, SpiffeId identity, CertificateAuthority authority, Instant now) {
        try {
            certificate.verify(authority.roots().signing().getPublicKey());
            return SpiffeId.of(certificate).equals(identity)
                    && !Renewal.due(certificate, now)
                    && !now.isBefore(certificate.getNotBefore().toInstant());
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            return false;
        }
    }
}
