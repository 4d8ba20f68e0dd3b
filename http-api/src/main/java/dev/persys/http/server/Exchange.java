package dev.persys.http.server;

import java.util.ArrayList;
import java.util.List;

/**
 * One request and its answer, from the request's head to the answer's last byte, or to the end of the connection where
 * that comes first. What is held for it is given back then, whatever became of it.
 */
public final class Exchange {
    private final List<Runnable> releases = new ArrayList<>();
    private final AuditNote audit = new AuditNote();
    private boolean ended;
    private volatile boolean stream;
    private volatile boolean session;

    /** What becomes known of it for the audit log. */
    public AuditNote audit() {
        return audit;
    }

    /** Its answer is a stream: it ends where the client leaves, or says that it sends no more. */
    public void beStream() {
        stream = true;
    }

    public boolean isStream() {
        return stream;
    }

    /** Both sides go on speaking behind its answer, until either ends. */
    public void beSession() {
        session = true;
    }

    public boolean isSession() {
        return session;
    }

    /** Runs {@code release} once, at the end; at once where that has been. */
    public void onEnd(Runnable release) {
        synchronized (this) {
            if (!ended) {
                releases.add(release);
                return;
            }
        }
        release.run();
    }

    /** Gives back all that is held; what comes a second time does nothing. */
    public void end() {
        List<Runnable> due;
        synchronized (this) {
            ended = true;
            due = List.copyOf(releases);
            releases.clear();
        }
        due.forEach(Runnable::run);
    }
}
