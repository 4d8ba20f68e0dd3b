package dev.persys.scheduler.node;

import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.Generation;
import dev.persys.model.NodeFacts;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.AgentClient.OrderResult;
import java.util.concurrent.CompletionStage;

/** What an agent is to do about one workload's container. */
public sealed interface AgentOrder {
    WorkloadId workload();

    Generation generation();

    CompletionStage<OrderResult> send(AgentClient client, NodeFacts node);

    record Run(RunOrder order) implements AgentOrder {
        @Override
        public WorkloadId workload() {
            return order.workloadId();
        }

        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public CompletionStage<OrderResult> send(AgentClient client, NodeFacts node) {
            return client.run(node, order);
        }
    }

    record Stop(ContainerOrder order) implements AgentOrder {
        @Override
        public WorkloadId workload() {
            return order.workloadId();
        }

        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public CompletionStage<OrderResult> send(AgentClient client, NodeFacts node) {
            return client.stop(node, order);
        }
    }

    record Remove(ContainerOrder order) implements AgentOrder {
        @Override
        public WorkloadId workload() {
            return order.workloadId();
        }

        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public CompletionStage<OrderResult> send(AgentClient client, NodeFacts node) {
            return client.remove(node, order);
        }
    }
}
