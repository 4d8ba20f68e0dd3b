package dev.persys.scheduler.simulation;

/** A promise was broken. */
final class SimViolation extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final SimPromise promise;

    SimViolation(SimPromise promise, String how) {
        super(promise + " (" + promise.sentence() + "): " + how, null, false, false);
        this.promise = promise;
    }

    SimPromise promise() {
        return promise;
    }
}
