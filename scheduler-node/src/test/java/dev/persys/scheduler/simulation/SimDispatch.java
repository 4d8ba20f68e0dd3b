package dev.persys.scheduler.simulation;

import akka.actor.setup.Setup;
import akka.dispatch.Mailbox;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;

/**
 * Where every dispatcher of a simulated actor system puts its work, and from where the simulation takes it: one message
 * of one actor at a time, on one thread. Which actor comes next is a choice; the order within a mailbox is Akka's.
 *
 * <p>Mailboxes are told apart by the order in which they were made, which is the same in every run of a seed; names and
 * references are not.
 */
final class SimDispatch extends Setup {
    /** Sees every message of the actors. */
    interface Observer {
        /** What arrives in place of {@code message}; nothing arrives where this is null. */
        Object sent(String receiver, Object message);

        void handled(String receiver, Object message);
    }

    private static final Observer NOBODY = new Observer() {
        @Override
        public Object sent(String receiver, Object message) {
            return message;
        }

        @Override
        public void handled(String receiver, Object message) {}
    };

    /** While the actor system starts, which waits for its own actors, a thread works this off. */
    private final LinkedBlockingQueue<Runnable> starting = new LinkedBlockingQueue<>();

    private final TreeMap<Long, Runnable> ready = new TreeMap<>();
    private final NavigableMap<Long, SimMailbox.Queue> mailboxes = new ConcurrentSkipListMap<>();
    private final List<Long> candidates = new ArrayList<>();
    private final Set<String> dead = new HashSet<>();
    private Observer observer = NOBODY;
    private volatile boolean started;
    private final AtomicLong numbers = new AtomicLong();
    private long tasks = Long.MIN_VALUE;

    /** The next piece of work of a system that starts. */
    Runnable takeOfStart() throws InterruptedException {
        return starting.take();
    }

    /** From now on work is done only by {@link #run}. */
    void started() {
        started = true;
        for (Runnable work = starting.poll(); work != null; work = starting.poll()) {
            execute(work);
        }
    }

    void observe(Observer next) {
        observer = next;
        dead.clear();
    }

    void observeNobody() {
        observe(NOBODY);
    }

    Observer observer() {
        return observer;
    }

    /** The actors below {@code root} are of a process that is no more: nobody observes them, and they end at once. */
    void bury(String root) {
        dead.add(root);
        while (stepOf(root)) {}
    }

    /** Lets the actor at {@code path} alone do all that it has to. */
    void drain(String path) {
        while (stepOf(path::equals)) {}
    }

    boolean isDead(String path) {
        return !dead.isEmpty() && dead.stream().anyMatch(root -> path.equals(root) || path.startsWith(root + "/"));
    }

    private boolean stepOf(String root) {
        return stepOf(path -> path.equals(root) || path.startsWith(root + "/"));
    }

    private boolean stepOf(Predicate<String> paths) {
        for (Map.Entry<Long, Runnable> entry : ready.entrySet()) {
            if (entry.getValue() instanceof Mailbox mailbox
                    && mailbox.messageQueue() instanceof SimMailbox.Queue queue
                    && paths.test(queue.path())) {
                run(entry.getKey());
                return true;
            }
        }
        return false;
    }

    long add(SimMailbox.Queue mailbox) {
        long number = numbers.incrementAndGet();
        mailboxes.put(number, mailbox);
        return number;
    }

    void remove(SimMailbox.Queue mailbox) {
        mailboxes.remove(mailbox.number());
    }

    /** Those of actors that are alive, oldest first. */
    List<SimMailbox.Queue> mailboxes() {
        return List.copyOf(mailboxes.values());
    }

    /** The number that the mailbox before the next one got. */
    long lastNumber() {
        return numbers.get();
    }

    void execute(Runnable work) {
        if (!started) {
            starting.add(work);
        } else if (work instanceof Mailbox mailbox && mailbox.messageQueue() instanceof SimMailbox.Queue queue) {
            ready.put(queue.number(), work);
        } else {
            ready.put(tasks++, work);
        }
    }

    boolean isIdle() {
        return ready.isEmpty();
    }

    /** The numbers of the mailboxes with work, oldest first. */
    List<Long> candidates() {
        candidates.clear();
        candidates.addAll(ready.keySet());
        return candidates;
    }

    void run(long number) {
        ready.remove(number).run();
    }

    /** Works off everything, oldest actor first. */
    void settle() {
        while (!ready.isEmpty()) {
            run(ready.firstKey());
        }
    }
}
