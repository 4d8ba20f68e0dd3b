package dev.persys.cli.process;

import dev.persys.trust.Expiry;
import dev.persys.trust.Renewal;
import dev.persys.trust.TrustException;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import kamon.Kamon;
import kamon.metric.Gauge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a certificate renewed whenever that is due, at two thirds of its life or a little earlier, and tries again where that
 * fails. Whoever uses the files sees by itself that they are others.
 */
final class CertificateRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    /** Wall clocks are set: no longer than that it is slept on what they said. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    private static final Duration SHORTEST_SLEEP = Duration.ofSeconds(1);

    private final Reading certificate;
    private final Renewing renewing;
    private final Duration pause;
    private final Gauge left = Kamon.gauge(
                    "persys.certificate.seconds-left", "Until the certificate of this process is over")
            .withTag("of", "agent");
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        Thread made = new Thread(work, "certificate-renewal");
        made.setDaemon(true);
        return made;
    });

    /** The certificate as it is kept now. */
    interface Reading {
        X509Certificate read() throws IOException;
    }

    /** Puts a new one in its place. */
    interface Renewing {
        void renew() throws IOException;
    }

    /** @param pause between two attempts that fail */
    CertificateRenewal(Reading certificate, Renewing renewing, Duration pause) {
        this.certificate = certificate;
        this.renewing = renewing;
        this.pause = pause;
    }

    void start() {
        thread.execute(this::look);
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void look() {
        Duration next = pause;
        try {
            if (Renewal.due(certificate.read(), Instant.now())) {
                renewing.renew();
            }
            next = untilDue(certificate.read(), Instant.now());
        } catch (IOException | TrustException e) {
            LOG.warn("The certificate could not be renewed, next attempt in {} ms: {}", pause.toMillis(), told(e));
        } finally {
            again(next);
        }
    }

    private void again(Duration next) {
        if (!thread.isShutdown()) {
            var unused = thread.schedule(this::look, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private String told(Exception failure) {
        try {
            X509Certificate now = certificate.read();
            return failure.getMessage() + " (it is over at " + now.getNotAfter().toInstant() + ", "
                    + Expiry.of(now, Instant.now()).word() + ")";
        } catch (IOException | TrustException e) {
            return failure.getMessage();
        }
    }

    private Duration untilDue(X509Certificate known, Instant now) {
        left.update(
                (double) Duration.between(now, known.getNotAfter().toInstant()).toSeconds());
        Duration due = Duration.between(now, Renewal.at(known));
        Duration bounded = due.compareTo(LONGEST_SLEEP) > 0 ? LONGEST_SLEEP : due;
        return bounded.compareTo(SHORTEST_SLEEP) < 0 ? SHORTEST_SLEEP : bounded;
    }
}
