package dev.persys.cli.process;

import dev.persys.trust.Expiry;
import dev.persys.trust.Pin;
import dev.persys.trust.Renewal;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import kamon.Kamon;
import kamon.metric.Gauge;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has a certificate renewed whenever that is due, at two thirds of its life or a little earlier, or the cluster has other roots
 * than are kept, and tries again where that fails. Whoever uses the files sees by itself that they are others.
 */
final class CertificateRenewal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CertificateRenewal.class);

    /** Wall clocks are set: no longer than that it is slept on what they said. */
    private static final Duration LONGEST_SLEEP = Duration.ofMinutes(1);

    /** Nor for more than so many pauses: by then another root of the cluster is seen. */
    private static final int MOST_PAUSES = 4;

    private static final Duration SHORTEST_SLEEP = Duration.ofSeconds(1);

    private final Reading certificate;
    private final RootsReading roots;
    private final Renewing renewing;
    private final Duration pause;
    private volatile Set<Pin> named = Set.of();
    private String told = "";
    private final AtomicLong asked;
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

    /** The roots as they are kept now. */
    interface RootsReading {
        List<X509Certificate> read() throws IOException;
    }

    /** Puts a new one in its place. */
    interface Renewing {
        void renew() throws IOException;
    }

    /** @param pause between two attempts that fail */
    CertificateRenewal(Reading certificate, RootsReading roots, Renewing renewing, Duration pause) {
        this.certificate = certificate;
        this.roots = roots;
        this.renewing = renewing;
        this.pause = pause;
        this.asked = new AtomicLong(System.nanoTime() - pause.toNanos());
    }

    void start() {
        thread.execute(this::look);
    }

    /**
     * Which roots the cluster has. Where others are kept, the next look renews: not at once, for all agents of a cluster hear
     * it in one moment. From any thread.
     */
    void rootsAre(Set<Pin> pins) {
        named = Set.copyOf(pins);
    }

    /**
     * Has another certificate asked for at once, whatever is left of this one: the scheduler refuses it. From any thread; what
     * comes again within the pause is let be, since whoever is refused is refused with every heartbeat.
     */
    void refused() {
        long now = System.nanoTime();
        long before = asked.get();
        if (now - before >= pause.toNanos() && asked.compareAndSet(before, now)) {
            try {
                thread.execute(this::askAnew);
            } catch (RejectedExecutionException e) {
                LOG.debug("Closed meanwhile", e);
            }
        }
    }

    private void askAnew() {
        try {
            renewing.renew();
        } catch (IOException | RuntimeException e) {
            LOG.warn("The scheduler refuses this node, and gives it no other certificate: {}", told(e));
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    private void look() {
        Duration next = pause;
        try {
            if (Renewal.due(certificate.read(), Instant.now()) || areOthers()) {
                renewing.renew();
            }
            next = untilDue(certificate.read(), Instant.now());
            told = "";
        } catch (IOException | RuntimeException e) {
            tell(told(e)); // Whatever it was: without another attempt the certificate would be over one day.
        } finally {
            again(next);
        }
    }

    private boolean areOthers() throws IOException {
        Set<Pin> now = named;
        return !now.isEmpty()
                && !roots.read().stream()
                        .map(Pin::of)
                        .collect(Collectors.toSet())
                        .equals(now);
    }

    private void tell(String why) {
        if (!why.equals(told)) {
            LOG.warn(
                    "The certificate could not be renewed, which is tried again each {} ms: {}", pause.toMillis(), why);
        }
        told = why;
    }

    private void again(Duration next) {
        if (!thread.isShutdown()) {
            var unused = thread.schedule(this::look, next.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private String told(Exception failure) {
        String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
        try {
            X509Certificate now = certificate.read();
            return why + " (it is over at " + now.getNotAfter().toInstant() + ", "
                    + Expiry.of(now, Instant.now()).word() + ")";
        } catch (IOException | RuntimeException e) {
            return why;
        }
    }

    private Duration untilDue(X509Certificate known, Instant now) {
        left.update(
                (double) Duration.between(now, known.getNotAfter().toInstant()).toSeconds());
        Duration due = Duration.between(now, Renewal.at(known));
        boolean often = pause.compareTo(LONGEST_SLEEP.dividedBy(MOST_PAUSES)) < 0;
        Duration longest = often ? pause.multipliedBy(MOST_PAUSES) : LONGEST_SLEEP;
        Duration bounded = due.compareTo(longest) > 0 ? longest : due;
        return bounded.compareTo(SHORTEST_SLEEP) < 0 ? SHORTEST_SLEEP : bounded;
    }
}
