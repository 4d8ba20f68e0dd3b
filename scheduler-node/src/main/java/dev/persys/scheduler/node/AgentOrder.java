package dev.persys.scheduler.node;

import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.NodeFacts;
import dev.persys.model.RunId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.AgentClient.OrderResult;
import dev.persys.scheduler.secrets.SecretValues;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What an agent is to do about one workload's container. */
public sealed interface AgentOrder {
    WorkloadId workload();

    /** The newest run of which it speaks. */
    RunId run();

    /**
     * Gives it to the node.
     *
     * @param secrets of which an order to run is given those that it names
     */
    CompletionStage<OrderResult> send(AgentClient client, NodeFacts node, SecretValues secrets);

    /** Whether the node was never before, by whatever leader, ordered to run this generation. */
    default boolean isFirst() {
        return false;
    }

    record Run(RunOrder order, boolean isFirst) implements AgentOrder {
        @Override
        public WorkloadId workload() {
            return order.workloadId();
        }

        @Override
        public RunId run() {
            return order.runId();
        }

        @Override
        public CompletionStage<OrderResult> send(AgentClient client, NodeFacts node, SecretValues secrets) {
            SecretValues.Filled filled = secrets.fill(order, node);
            return filled instanceof SecretValues.Filled.Ready ready
                    ? client.run(node, ready.order())
                    : CompletableFuture.completedFuture(
                            new OrderResult.NotSent(((SecretValues.Filled.Missing) filled).why()));
        }
    }

    record Stop(ContainerOrder order) implements AgentOrder {
        @Override
        public WorkloadId workload() {
            return order.workloadId();
        }

        @Override
        public RunId run() {
            return order.runId();
        }

        @Override
        public CompletionStage<OrderResult> send(AgentClient client, NodeFacts node, SecretValues secrets) {
            return client.stop(node, order);
        }
    }

    record Remove(ContainerOrder order) implements AgentOrder {
        @Override
        public WorkloadId workload() {
            return order.workloadId();
        }

        @Override
        public RunId run() {
            return RunId.lastOf(order.generation());
        }

        @Override
        public CompletionStage<OrderResult> send(AgentClient client, NodeFacts node, SecretValues secrets) {
            return client.remove(node, order);
        }
    }
}
