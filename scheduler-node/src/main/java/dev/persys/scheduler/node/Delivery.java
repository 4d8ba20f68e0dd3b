package dev.persys.scheduler.node;

import dev.persys.model.NodeId;
import dev.persys.model.NodeReason;
import dev.persys.model.Reason;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.scheduler.SchedulerEnvironment;
import dev.persys.scheduler.SchedulerSettings;
import dev.persys.scheduler.Ticker;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one agent takes orders: which may be sent now, what an answer to one says of the others, and what becomes of those
 * that are not taken. Confined to the {@link AgentLink}.
 *
 * <p>An agent that is in trouble gets fewer calls, not more: orders wait for it together, behind one that is tried after
 * a back-off.
 */
final class Delivery {
    /** Carries out what is decided. */
    interface Means {
        /** Sends it now; how that ends is told by {@link #ended} or {@link #failed}. */
        void send(AgentOrder order);

        /** {@link #again} after so long. */
        void sendLater(WorkloadId id, Duration pause);

        /** Not {@link #sendLater} any more. */
        void forget(WorkloadId id);

        /** {@link #tryOne} after so long. */
        void tryLater(Duration pause);

        /** Not {@link #tryLater} any more. */
        void tryNoMore();

        void tell(NodeNews news);
    }

    /** So many failures in a row are no hiccup: whoever waits is told. */
    private static final int TOLD_AFTER = 3;

    /** Orders of one workload may be refused for what is in them; those of so many in a row are not. */
    private static final int REFUSES_ALL_FROM = 2;

    /** So many pauses long the order is waited for that follows from one given back: a store may be away. */
    private static final int MOST_AWAITED = 60;

    /** The word with which an agent refuses what a newer order of the same workload has overtaken. */
    private static final String OVERTAKEN = "stale-generation";

    /** The word with which an agent refuses whatever this leader orders. */
    private static final String OUTDATED = "stale-epoch";

    private static final Logger LOG = LoggerFactory.getLogger(Delivery.class);

    private final NodeId node;
    private final SchedulerSettings settings;
    private final Ticker ticker;
    private final Subscription subscription;
    private final Inventories inventories;
    private final Means means;
    private final Orders orders;
    private final Set<WorkloadId> refusedInARow = new HashSet<>();
    private Optional<Trouble> refusal = Optional.empty();
    private int attempts;
    private boolean trying;
    private boolean givingUp;
    private int awaited;
    private Optional<Long> busySince = Optional.empty();

    Delivery(
            NodeId node,
            SchedulerEnvironment environment,
            Subscription subscription,
            Inventories inventories,
            Means means) {
        this.node = node;
        this.settings = environment.settings();
        this.ticker = environment.ticker();
        this.subscription = subscription;
        this.inventories = inventories;
        this.means = means;
        this.orders = new Orders(settings.ordersAtOnce(), settings.maxWorkloads());
    }

    /** What is wrong with the node, orders or not. */
    Optional<Trouble> trouble() {
        return subscription.trouble().or(() -> refusal).or(inventories::trouble);
    }

    void deliver(AgentOrder order) {
        orders.add(order).ifPresent(added -> {
            means.forget(order.workload());
            send();
            giveUp(added);
            tellOfDelay();
        });
    }

    /** The order of this workload has waited for long enough. */
    void again(WorkloadId id) {
        orders.again(id);
        send();
    }

    /**
     * One is tried, in the name of all that wait. While nobody is there, the next to find out is whoever connects; while an
     * order is under way, what becomes of that says it; where nothing waits, there is nothing to find, unless an order was
     * given back: what its workload decides brings the next.
     */
    void tryOne() {
        trying = false;
        if (subscription.isAway() || orders.areUnderWay() || sendOne()) {
            return;
        }
        if (awaited > 0) {
            awaited--;
            tryLater();
        } else {
            areTaken();
        }
    }

    /** The agent has answered to an order. */
    void ended(AgentOrder order, OrderResult result) {
        if (result instanceof OrderResult.Refused refused) {
            refused(order, refused);
        } else if (result instanceof OrderResult.Busy busy) {
            busy(order, busy);
        } else if (result instanceof OrderResult.NotSent unready) {
            notSent(order, unready.detail());
        } else {
            isDoneWith(order);
        }
    }

    private void isDoneWith(AgentOrder order) {
        orders.taken(order);
        refusedInARow.clear();
        busySince = Optional.empty();
        areTaken();
    }

    /**
     * An agent under load has no time now and then, which is no trouble. One that has had none for so long, whichever the
     * order, takes no orders: others have time.
     */
    private void busy(AgentOrder order, OrderResult.Busy busy) {
        String sentence = "it has no time: " + busy.detail();
        long since = busySince.orElseGet(ticker::nanos);
        busySince = Optional.of(since);
        if (ticker.since(since).compareTo(settings.overloadedAfter()) >= 0) {
            notTaken(
                    order,
                    new Trouble(
                            NodeReason.ORDERS_REFUSED,
                            "it has taken no order for more than "
                                    + settings.overloadedAfter().toSeconds() + " s: " + sentence,
                            true));
        } else {
            sendLater(order, sentence, TOLD_AFTER);
            areTaken();
        }
    }

    /**
     * What a newer order has overtaken is done with; a workload for which it was the newest hears why nothing comes of it.
     * An agent that knows a newer leader takes no orders of this one. Any other order is tried again where it is refused
     * once, and a workload that is to run told; an agent that refuses whatever it is ordered takes no orders.
     */
    private void refused(AgentOrder order, OrderResult.Refused refused) {
        String sentence = "it refuses the order: " + refused.type() + ", " + refused.detail();
        LOG.warn("node {}, workload {}: {}", node, order.workload(), sentence);
        if (refused.type().equals(OUTDATED)) {
            means.tell(new NodeNews.EpochDoubted(node, refused.epoch()));
            if (order instanceof AgentOrder.Run) {
                tellOfDelay(order, sentence);
            }
            failed(order, new Trouble(NodeReason.ORDERS_REFUSED, sentence, true));
            return;
        }
        if (refused.type().equals(OVERTAKEN)) {
            if (order instanceof AgentOrder.Run) {
                tellOfDelay(order, sentence);
            }
            isDoneWith(order);
            return;
        }
        refusedInARow.add(order.workload());
        if (refusal.isPresent() || refusedInARow.size() >= REFUSES_ALL_FROM) {
            failed(order, new Trouble(NodeReason.ORDERS_REFUSED, sentence, true));
        } else {
            sendLater(order, sentence, 1);
        }
    }

    /** The order of one workload waits by itself, and the workload is told when that is so for the {@code toldAt}th time. */
    private void sendLater(AgentOrder order, String why, int toldAt) {
        int times = orders.putOff(order);
        Duration pause = settings.agentRetry(times);
        LOG.debug("node {} puts off workload {}; again in {} ms: {}", node, order.workload(), pause.toMillis(), why);
        means.sendLater(order.workload(), pause);
        if (times == toldAt && order instanceof AgentOrder.Run) {
            tellOfDelay(order, why);
        }
    }

    /** One line says that the agent takes nothing, and one timer finds out when it does, however many orders wait. */
    void failed(AgentOrder order, Trouble trouble) {
        busySince = Optional.empty();
        notTaken(order, trouble);
    }

    private void notTaken(AgentOrder order, Trouble trouble) {
        Orders.Undelivered failed = orders.failed(order, trouble.notTaken());
        if (refusal.isEmpty()) {
            LOG.warn("node {} does not take orders: {}", node, trouble.sentence());
        }
        refusal = Optional.of(trouble);
        tryLater();
        giveUp(failed);
        tellOfDelay();
    }

    private void tryLater() {
        if (!trying) {
            attempts++;
            trying = true;
            means.tryLater(settings.agentRetry(attempts));
        }
    }

    private void areTaken() {
        refusal = Optional.empty();
        awaited = 0;
        attempts = 0;
        tryNoMore();
        send();
    }

    /**
     * The agent answers something else, so that it can be given what waited for a connection. An order that got no answer
     * says more of orders than a list that got one: the next that is tried shows it.
     */
    void answers() {
        if (refusal.filter(why -> why.isOfConnection() && why.notTaken()).isPresent()) {
            areTaken();
        } else if (refusal.isPresent() && !trying) {
            tryOne();
        } else {
            send();
        }
    }

    /** The agent is heard: an order that is to be tried is tried now. */
    void encouraged() {
        if (refusal.isPresent() && trying) {
            tryNoMore();
            sendOne();
        }
    }

    private void tryNoMore() {
        trying = false;
        means.tryNoMore();
    }

    /** As many as may be under way; none while orders are known to come to nothing. */
    private void send() {
        boolean more = true;
        while (more && !subscription.isAway() && refusal.isEmpty()) {
            more = sendOne();
        }
    }

    private boolean sendOne() {
        Optional<AgentOrder> next = orders.next();
        next.ifPresent(means::send);
        return next.isPresent();
    }

    /** Orders that were certainly not taken are given back, for as long as the trouble lasts. */
    void giveUp() {
        givingUp = trouble().isPresent();
        orders.untaken().forEach(this::giveUp);
    }

    /** The node's writer knows how it stands with the node. */
    void healthTold() {
        givingUp = givingUp && trouble().isPresent();
    }

    /**
     * What the agent cannot have acted on needs the agent no more: while it is in trouble, to run it is for another node,
     * and to stop or remove it is done.
     */
    private void giveUp(Orders.Undelivered one) {
        boolean pointless = givingUp || !(one.order() instanceof AgentOrder.Run);
        Optional<Trouble> trouble = trouble();
        if (pointless && one.isUntaken() && trouble.isPresent()) {
            orders.forget(one);
            if (one.order() instanceof AgentOrder.Run) {
                // Nothing is sent before its workload's decision is durable, which brings an order to remove what may
                // be
                // there. To try the agent by an order to stop this run would not be idle: it never starts again what it
                // was ordered to stop, and the decision may be lost with this leader.
                awaited = MOST_AWAITED;
            } else if (refusal.isPresent() && !orders.haveOneToTry()) {
                // Without one that waits, nothing would say when orders are taken again.
                var unused = orders.add(one.order());
            }
            means.tell(new NodeNews.OrderNotTaken(
                    node,
                    one.order().workload(),
                    one.order().run().generation(),
                    trouble.get().sentence()));
        }
    }

    /** Workloads hear why their orders wait, once it is no hiccup. */
    void tellOfDelay() {
        if (subscription.attempts() >= TOLD_AFTER || attempts >= TOLD_AFTER) {
            trouble().ifPresent(why -> orders.toBeTold().forEach(order -> tellOfDelay(order, why.sentence())));
        }
    }

    private void tellOfDelay(AgentOrder order, String why) {
        tellOfDelay(order, why, Reason.ORDER_NOT_TAKEN);
    }

    private void tellOfDelay(AgentOrder order, String why, Reason reason) {
        means.tell(new NodeNews.OrderDelayed(node, order.workload(), order.run().generation(), why, reason));
    }

    /** It could not be sent for want of a secret, which says nothing of the agent: it waits by itself, and others do not. */
    private void notSent(AgentOrder order, String why) {
        int times = orders.putOff(order);
        Duration pause = settings.agentRetry(times);
        LOG.warn("node {}, workload {}: its order waits {} ms: {}", node, order.workload(), pause.toMillis(), why);
        means.sendLater(order.workload(), pause);
        if (times == 1) {
            tellOfDelay(order, why, Reason.SECRET_MISSING);
        }
        if (refusal.isPresent()) {
            tryLater();
        } else {
            send();
        }
    }
}
