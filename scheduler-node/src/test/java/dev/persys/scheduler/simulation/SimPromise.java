package dev.persys.scheduler.simulation;

/** What is promised, and checked after every step or once all is quiet. */
enum SimPromise {
    ACKNOWLEDGED_SURVIVES("what was acknowledged is durable, and only a request undoes it"),
    DELETED_STAYS("what was deleted does not come back"),
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
    HEARD_IS_ALIVE("a node that is heard is not silent, whatever store and clocks do"),
    REACHED_FIRST("nothing is given to a node before it has answered, or long after it does not any more"),
    LOST_WITH_ITS_NODE("a workload is lost only with its node"),
    RESTARTS_BACK_OFF("what ends each time is started again later each time, whatever the clocks say"),
    KEPT_UNTIL_OLD("what has ended is kept as long as the settings say, by time that passed"),
    ENDS_ARE_SEEN("a workload ends only where its own container has"),
    HEALTH_AS_FOUND("the health of what runs is what its node has found"),
    PROVED_IS_WELL("a changed specification is stable only where its container was healthy, if that is checked"),
    SPEC_IS_ASKED_FOR("a specification changes only by a request, or back to the one before while that proves itself"),
    NO_EVENT_MISSED("who follows the events and resumes misses none without being told"),
    UNKNOWN_STAYS(
            "what runs without a record, or newer than it, stays until an operator says so where records are old"),
    ORPHANS_HELD("where most of a node's containers have no record, none is removed before an operator says so"),
    NOTHING_FAILS("no actor fails");

    private final String sentence;

    SimPromise(String sentence) {
        this.sentence = sentence;
    }

    String sentence() {
        return sentence;
    }
}
