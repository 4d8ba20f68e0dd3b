package dev.persys.e2e;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Brings one workload after the other from its request to wherever the seed leads it, and asks again until answered. */
final class StormUser implements Runnable {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    /** One question in so many is not repeated: its user never learns what became of it. */
    private static final int GIVES_UP = 12;

    /** As many as stand at most: who has so many asks for nothing new before one goes, so that all users' fit on the node. */
    private static final int MOST_STANDING = 25;

    private final Deque<StormWorkload> standing = new ArrayDeque<>();
    private final StormApi api;
    private final Random random;
    private final Supplier<StormWorkload> workloads;
    private final String image;
    private final String runs;
    private final BooleanSupplier over;

    /** @param runs a directory of the node that containers write their starts to */
    StormUser(
            StormApi api,
            Random random,
            Supplier<StormWorkload> workloads,
            String image,
            String runs,
            BooleanSupplier over) {
        this.api = api;
        this.random = random;
        this.workloads = workloads;
        this.image = image;
        this.runs = runs;
        this.over = over;
    }

    @Override
    public void run() {
        while (!over.getAsBoolean()) {
            StormWorkload workload = workloads.get();
            live(workload);
            standing.add(workload);
            while (standing.size() > MOST_STANDING && !over.getAsBoolean()) {
                StormWorkload oldest = standing.remove();
                if (!remove(oldest)) {
                    standing.add(oldest);
                }
            }
            pause(150);
        }
    }

    /**
     * Whether it is known to be on its way out. What nobody knows of is asked for again until somebody does: a long storm
     * would fill the node with what it has given up.
     */
    private boolean remove(StormWorkload workload) {
        return (workload.id().isPresent() || schedule(workload)) && delete(workload);
    }

    private boolean delete(StormWorkload workload) {
        String id = workload.id().orElseThrow();
        return asked(workload, StormWorkload.Want.DELETED, () -> api.delete(id));
    }

    private void live(StormWorkload workload) {
        if (!schedule(workload)) {
            return;
        }
        String id = workload.id().orElseThrow();
        for (int steps = random.nextInt(4); steps > 0 && !over.getAsBoolean(); steps--) {
            pause(600);
            boolean known = switch (random.nextInt(6)) {
                case 0 -> asked(workload, StormWorkload.Want.STOPPED, () -> api.change(id, "stop"));
                case 1 -> asked(workload, StormWorkload.Want.RUNNING, () -> api.change(id, "start"));
                case 2 -> asked(workload, StormWorkload.Want.RUNNING, () -> api.change(id, "restart"));
                case 3, 4 -> schedule(workload);
                default -> {
                    delete(workload);
                    yield false;
                }
            };
            if (!known) {
                return;
            }
        }
    }

    private boolean schedule(StormWorkload workload) {
        workload.askedToRun();
        return answered(() -> api.schedule(workload.key(), workload.request(image, runs)), answer -> {
            if (!answer.isOk()) {
                throw new AssertionError("refused: " + workload.name() + ": " + answer);
            }
            workload.acknowledged(answer.body().path("workload_id").asText());
        });
    }

    private boolean asked(
            StormWorkload workload, StormWorkload.Want want, Supplier<Optional<StormApi.Answer>> question) {
        workload.asked(want);
        return answered(question, answer -> {
            boolean gone = want == StormWorkload.Want.DELETED && answer.status() == 404;
            if (!answer.isOk() && !gone) {
                throw new AssertionError("refused: " + workload.name() + ": " + want + ": " + answer);
            }
            workload.acknowledged(want);
        });
    }

    /** Whether an answer came before its user gave up. */
    private boolean answered(Supplier<Optional<StormApi.Answer>> question, Consumer<StormApi.Answer> use) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < deadline) {
            Optional<StormApi.Answer> answer = question.get().filter(some -> !some.isLater());
            if (answer.isPresent()) {
                use.accept(answer.get());
                return true;
            }
            if (random.nextInt(GIVES_UP) == 0) {
                return false;
            }
            pause(300);
        }
        throw new AssertionError("no answer for " + PATIENCE);
    }

    private void pause(int longest) {
        try {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(longest));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
