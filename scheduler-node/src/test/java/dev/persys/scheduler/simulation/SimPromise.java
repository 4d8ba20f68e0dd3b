package dev.persys.scheduler.simulation;

/** What is promised, and checked after every step or once all is quiet. */
enum SimPromise {
    ACKNOWLEDGED_SURVIVES("what was acknowledged is durable, and only a request undoes it"),
    ONE_LIVE_CONTAINER("of a workload's generation at most one container lives, and of a workload at rest only one"),
    DATA_STAYS(
            "a container that has run is removed only with its workload, or where another takes its place for a reason"),
    NO_OVERCOMMITMENT("no node is given more than it has"),
    PORT_ONCE("no port of a node is given twice"),
    FOREIGN_UNTOUCHED("a container that is not ours is never touched"),
    COMMIT_BEFORE_EFFECT("no order leaves before what it follows from is durable, and it names that node"),
    OLD_EPOCH_REFUSED("an order or a write of an older epoch changes nothing"),
    KEY_MAKES_ONE("an Idempotency-Key never makes a second workload"),
    TERMINAL_STAYS("a terminal status is left only by a request"),
    RECORDS_READABLE("every stored record can be read"),
    PENDING_IS_PLACED("a workload that fits somewhere is not left pending"),
    RESERVATIONS_MATCH("what placement holds reserved is what the records hold"),
    CONVERGES("once faults stop, the cluster becomes what the records want"),
    REST_IS_QUIET("a pass over a cluster at rest writes and orders nothing"),
    NOTHING_FAILS("no actor fails");

    private final String sentence;

    SimPromise(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
