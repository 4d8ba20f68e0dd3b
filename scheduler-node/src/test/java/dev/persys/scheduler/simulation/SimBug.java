package dev.persys.scheduler.simulation;

import static dev.persys.scheduler.simulation.SimPromise.ACKNOWLEDGED_SURVIVES;
import static dev.persys.scheduler.simulation.SimPromise.COMMIT_BEFORE_EFFECT;
import static dev.persys.scheduler.simulation.SimPromise.CONVERGES;
import static dev.persys.scheduler.simulation.SimPromise.DATA_STAYS;
import static dev.persys.scheduler.simulation.SimPromise.DELETED_STAYS;
import static dev.persys.scheduler.simulation.SimPromise.ENDS_ARE_SEEN;
import static dev.persys.scheduler.simulation.SimPromise.FOREIGN_UNTOUCHED;
import static dev.persys.scheduler.simulation.SimPromise.HEALTH_AS_FOUND;
import static dev.persys.scheduler.simulation.SimPromise.HEARD_IS_ALIVE;
import static dev.persys.scheduler.simulation.SimPromise.KEPT_UNTIL_OLD;
import static dev.persys.scheduler.simulation.SimPromise.KEY_MAKES_ONE;
import static dev.persys.scheduler.simulation.SimPromise.LOST_WITH_ITS_NODE;
import static dev.persys.scheduler.simulation.SimPromise.NO_EVENT_MISSED;
import static dev.persys.scheduler.simulation.SimPromise.NO_OVERCOMMITMENT;
import static dev.persys.scheduler.simulation.SimPromise.OLD_EPOCH_REFUSED;
import static dev.persys.scheduler.simulation.SimPromise.ONE_LIVE_CONTAINER;
import static dev.persys.scheduler.simulation.SimPromise.ORPHANS_HELD;
import static dev.persys.scheduler.simulation.SimPromise.PENDING_IS_PLACED;
import static dev.persys.scheduler.simulation.SimPromise.PORT_ONCE;
import static dev.persys.scheduler.simulation.SimPromise.PROVED_IS_WELL;
import static dev.persys.scheduler.simulation.SimPromise.REACHED_FIRST;
import static dev.persys.scheduler.simulation.SimPromise.RECORDS_READABLE;
import static dev.persys.scheduler.simulation.SimPromise.RESERVATIONS_MATCH;
import static dev.persys.scheduler.simulation.SimPromise.RESTARTS_BACK_OFF;
import static dev.persys.scheduler.simulation.SimPromise.REST_IS_QUIET;
import static dev.persys.scheduler.simulation.SimPromise.TERMINAL_STAYS;
import static dev.persys.scheduler.simulation.SimPromise.UNKNOWN_STAYS;

import dev.persys.lifecycle.WorkloadSignal;
import dev.persys.model.Epoch;
import dev.persys.scheduler.events.EventLog;
import dev.persys.scheduler.node.AgentLink;
import dev.persys.scheduler.node.AgentOrder;
import dev.persys.scheduler.node.NodeActor;
import dev.persys.scheduler.node.NodeNews;
import dev.persys.scheduler.placement.PlacementActor;
import dev.persys.scheduler.workload.WorkloadActor;
import dev.persys.scheduler.workload.WorkloadNews;
import dev.persys.store.Change;
import dev.persys.store.Keys;
import dev.persys.store.Snapshot;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Bugs to plant, each in what stands around the actors or in what passes between them: the product's code is the same.
 * The simulator has to find every one of them, by the promise that it breaks.
 */
enum SimBug {
    NONE(),

    /** The store says that a write is durable, and it is not. */
    LOST_WRITE(ACKNOWLEDGED_SURVIVES, COMMIT_BEFORE_EFFECT) {
        @Override
        boolean losesWrite(Simulation sim, List<Change> changes) {
            return changes.get(0).key().startsWith(Keys.WORKLOADS)
                    && sim.bugChance().oneIn(20);
        }
    },

    /** A write whose outcome is unknown is taken for done. */
    UNKNOWN_TAKEN_FOR_DONE(ACKNOWLEDGED_SURVIVES, COMMIT_BEFORE_EFFECT, OLD_EPOCH_REFUSED, RESERVATIONS_MATCH) {
        @Override
        boolean takesUnknownForDone() {
            return true;
        }
    },

    /** The store takes writes of a leader that was deposed. */
    STALE_WRITE_ACCEPTED(OLD_EPOCH_REFUSED) {
        @Override
        boolean fencesNothing() {
            return true;
        }
    },

    /** A commit that was said to have failed arrives whatever has been done since. */
    LATE_WRITE_ACCEPTED(DELETED_STAYS) {
        @Override
        boolean settlesNothing() {
            return true;
        }
    },

    /** A new leader is shown records as they were one write ago. */
    STALE_READ(ACKNOWLEDGED_SURVIVES, TERMINAL_STAYS, NO_OVERCOMMITMENT, COMMIT_BEFORE_EFFECT, PORT_ONCE) {
        @Override
        Snapshot loaded(Simulation sim, Snapshot snapshot) {
            return new Snapshot(
                    snapshot.revision(),
                    snapshot.entries().stream().map(sim.store()::oneWriteAgo).toList());
        }
    },

    /** Now and then the end of a record is missing. */
    RECORD_CUT_SHORT(RECORDS_READABLE) {
        @Override
        List<Change> written(Simulation sim, SimProcess by, Epoch epoch, List<Change> changes) {
            return sim.bugChance().oneIn(30) ? SimMutations.cutShort(changes) : changes;
        }
    },

    /** The order to run leaves together with the write that it follows from. */
    EFFECT_BEFORE_COMMIT(COMMIT_BEFORE_EFFECT) {
        @Override
        List<Change> written(Simulation sim, SimProcess by, Epoch epoch, List<Change> changes) {
            SimMutations.orderAtOnce(by, epoch, changes);
            return changes;
        }
    },

    /** What is seen of an ended container changes its status once more. */
    TERMINAL_LEFT(TERMINAL_STAYS) {
        @Override
        List<Change> written(Simulation sim, SimProcess by, Epoch epoch, List<Change> changes) {
            return SimMutations.revived(sim, changes);
        }
    },

    /** An agent takes orders of a leader that was deposed. */
    STALE_ORDER_ACCEPTED(OLD_EPOCH_REFUSED) {
        @Override
        boolean agentForgetsEpochs() {
            return true;
        }
    },

    /** An agent that gets an order twice makes two containers. */
    DOUBLE_START(ONE_LIVE_CONTAINER) {
        @Override
        boolean agentStartsTwice() {
            return true;
        }
    },

    /** An agent takes no notice of what the checks of its containers come to. */
    HEALTH_OVERLOOKED(HEALTH_AS_FOUND, CONVERGES) {
        @Override
        boolean overlooksHealth() {
            return true;
        }
    },

    /** A container that is unhealthy is taken for one that is well. */
    UNHEALTHY_TAKEN_FOR_STABLE(PROVED_IS_WELL) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeNews.Seen seen
                    ? new NodeNews.Seen(seen.node(), SimMutations.well(seen.report()))
                    : message;
        }
    },

    /** An agent makes a new container for each start, as if there were nothing in the old one. */
    CONTAINER_MADE_ANEW(DATA_STAYS) {
        @Override
        boolean agentMakesAnew() {
            return true;
        }
    },

    /** An agent takes containers of others for its own. */
    FOREIGN_LISTED(FOREIGN_UNTOUCHED) {
        @Override
        boolean listsForeign() {
            return true;
        }
    },

    /** What a workload held is now and then not given back. */
    RESERVATION_LEAK(RESERVATIONS_MATCH, PENDING_IS_PLACED) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof PlacementActor.Release && sim.bugChance().oneIn(3) ? null : message;
        }
    },

    /** Nobody looks again at what waits for a place when there is one. */
    WAKE_UP_MISSED(PENDING_IS_PLACED) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message.getClass().getName().endsWith("PlacementActor$Sweep") ? null : message;
        }
    },

    /** The container that is due after a back-off is forgotten. */
    RETRY_FORGOTTEN(CONVERGES) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return SimMutations.isRetryTimer(message) ? null : message;
        }
    },

    /** A leader does not know the keys of earlier requests. */
    KEY_FORGOTTEN(KEY_MAKES_ONE) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return SimMutations.withAnotherKey(sim, message);
        }
    },

    /** Placement takes every node for twice its size. */
    NODE_OVERRATED(NO_OVERCOMMITMENT) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof PlacementActor.NodeChanged changed ? SimMutations.doubled(changed) : message;
        }
    },

    /** Placement does not look at host ports. */
    PORTS_IGNORED(PORT_ONCE) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof PlacementActor.Find find ? SimMutations.withoutPorts(find) : message;
        }
    },

    /** An order now and then goes to another node than the record says. */
    WRONG_NODE(COMMIT_BEFORE_EFFECT) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof WorkloadNews.Ordered ordered
                            && sim.bugChance().oneIn(4)
                    ? new WorkloadNews.Ordered(sim.bugChance().of(sim.nodes()).id(), ordered.order())
                    : message;
        }
    },

    /** Nobody hears that the time is over which a changed specification was given to prove itself. */
    PROOF_FORGOTTEN(CONVERGES) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return SimMutations.isProofTimer(message) ? null : message;
        }
    },

    /** Placement holds for a changed workload only what it asks for now. */
    CHANGE_OVERLOOKED(NO_OVERCOMMITMENT, PORT_ONCE, RESERVATIONS_MATCH) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof PlacementActor.Exchange exchange ? SimMutations.waved(exchange) : message;
        }
    },

    /** The order that follows a change is made from the specification before. */
    OLD_SPEC_ORDERED(COMMIT_BEFORE_EFFECT, CONVERGES) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof WorkloadNews.Ordered ordered
                    ? SimMutations.ofTheImageBefore(sim, ordered)
                    : message;
        }
    },

    /** What is not wanted any more is never removed. */
    ORPHAN_KEPT(CONVERGES, ONE_LIVE_CONTAINER) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof AgentLink.Deliver deliver && deliver.order() instanceof AgentOrder.Remove
                    ? null
                    : message;
        }
    },

    /** A pass over the nodes finds something new each time. */
    NOISY_PASS(REST_IS_QUIET) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeNews.InventoryTaken taken ? SimMutations.noisy(sim, taken) : message;
        }
    },

    /** A leader that has lost its leadership, or could not take over, never tries again. */
    TAKE_OVER_FORGOTTEN(CONVERGES) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return SimMutations.isTakeOverTimer(receiver, message) ? null : message;
        }
    },

    /** A node's heartbeats wait for the store, as its record does. */
    BEATS_WAIT_FOR_STORE(HEARD_IS_ALIVE) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeActor.Beat && sim.store().isAway() ? null : message;
        }
    },

    /** A scheduler measures by the clock on the wall how much time has passed. */
    WALL_CLOCK_MEASURES(HEARD_IS_ALIVE, KEPT_UNTIL_OLD) {
        @Override
        long ticker(Simulation sim, SimProcess process) {
            return sim.now() + process.clockAhead().toNanos();
        }
    },

    /** How long a container has lived is told by its machine's clock for one end of it, and by another for the other. */
    CLOCKS_COMPARED(RESTARTS_BACK_OFF) {
        @Override
        Optional<Duration> life(Simulation sim, SimNode node, SimContainer container) {
            return container.startedAt.map(from -> Duration.between(from, sim.instant()));
        }
    },

    /** Nobody is told that calls to a node fail, though it beats. */
    TROUBLE_UNTOLD(REACHED_FIRST) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message.getClass().getName().endsWith("NodeActor$CallsFail") ? null : message;
        }
    },

    /** Placement takes every node that registers for one that answers. */
    STRANGER_TRUSTED(REACHED_FIRST) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof PlacementActor.NodeChanged changed
                    ? new PlacementActor.NodeChanged(changed.node().withReached())
                    : message;
        }
    },

    /** A node that is silent counts as gone. */
    SILENCE_TAKEN_FOR_LOSS(LOST_WITH_ITS_NODE) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof WorkloadActor.Signal signal
                            && signal.signal() instanceof WorkloadSignal.NodeSilent silent
                    ? new WorkloadActor.Signal(new WorkloadSignal.NodeLost(silent.node()))
                    : message;
        }
    },

    /** What has ended is kept no longer, however young. */
    KEPT_TOO_SHORT(KEPT_UNTIL_OLD) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof WorkloadActor.Signal ? SimMutations.expired(sim, receiver, message) : message;
        }
    },

    /** An event that was written with its change is not told to those who follow. */
    EVENT_UNTOLD(NO_EVENT_MISSED) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof EventLog.Durable durable
                            && sim.bugChance().oneIn(10)
                    ? new EventLog.Abandoned(durable.event())
                    : message;
        }
    },

    /** What a node says of a workload is believed, whoever has it. */
    STRANGER_BELIEVED(ENDS_ARE_SEEN) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeNews.Seen seen ? SimMutations.ofItsOwnNode(sim, seen) : message;
        }
    },

    /** Containers without a record are removed one after the other, however many there are. */
    SHARE_OVERLOOKED(ORPHANS_HELD) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeNews.InventoryTaken taken ? SimMutations.withFewOrphans(sim, taken) : message;
        }
    },

    /** Nobody who leads is told that the records were put back. */
    LOSS_UNTOLD(UNKNOWN_STAYS) {
        @Override
        Optional<SimTrouble> needs() {
            return Optional.of(SimTrouble.OLD_RECORDS);
        }

        @Override
        boolean forgetsLoss() {
            return true;
        }
    },

    /** A container that is newer than its record is taken for the one of which that speaks. */
    NEWER_TAKEN_FOR_ITS_OWN(CONVERGES, UNKNOWN_STAYS) {
        @Override
        Optional<SimTrouble> needs() {
            return Optional.of(SimTrouble.OLD_RECORDS);
        }

        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeNews.InventoryTaken taken ? SimMutations.asRecorded(sim, taken) : message;
        }
    },

    /** A leader does not hear that an agent knows of a newer epoch than its own. */
    EPOCH_UNHEARD(CONVERGES) {
        @Override
        Optional<SimTrouble> needs() {
            return Optional.of(SimTrouble.OLD_RECORDS);
        }

        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return message instanceof NodeNews.EpochDoubted ? null : message;
        }
    },

    /** A workload's actor that has failed is not started again. */
    WRITER_NOT_RELOADED(CONVERGES) {
        @Override
        Object sent(Simulation sim, String receiver, Object message) {
            return SimMutations.isEndOfWriter(message) ? null : message;
        }
    };

    @SuppressWarnings("ImmutableEnumChecker") // Set.of makes sets that never change.
    private final Set<SimPromise> broken;

    SimBug(SimPromise... broken) {
        this.broken = Set.of(broken);
    }

    /** The promises of which it may break one first. */
    Set<SimPromise> broken() {
        return broken;
    }

    /** Without which trouble it changes nothing. */
    Optional<SimTrouble> needs() {
        return Optional.empty();
    }

    boolean losesWrite(Simulation sim, List<Change> changes) {
        return false;
    }

    boolean takesUnknownForDone() {
        return false;
    }

    /** What a scheduler measures time by, in nanoseconds. */
    long ticker(Simulation sim, SimProcess process) {
        return sim.now();
    }

    /** How long a container has lived as its agent sees it: by one clock. */
    Optional<Duration> life(Simulation sim, SimNode node, SimContainer container) {
        return container.startedAt.flatMap(from -> container.finishedAt.map(to -> Duration.between(from, to)));
    }

    boolean settlesNothing() {
        return false;
    }

    boolean fencesNothing() {
        return false;
    }

    /** What a leader is shown of the store. */
    Snapshot loaded(Simulation sim, Snapshot snapshot) {
        return snapshot;
    }

    /** What a leader's write becomes. */
    List<Change> written(Simulation sim, SimProcess by, Epoch epoch, List<Change> changes) {
        return changes;
    }

    boolean forgetsLoss() {
        return false;
    }

    boolean agentForgetsEpochs() {
        return false;
    }

    boolean agentStartsTwice() {
        return false;
    }

    boolean agentMakesAnew() {
        return false;
    }

    boolean overlooksHealth() {
        return false;
    }

    boolean listsForeign() {
        return false;
    }

    /** What arrives in place of a message between two actors; null for nothing. */
    Object sent(Simulation sim, String receiver, Object message) {
        return message;
    }
}
