package dev.persys.agent;

import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.Generation;
import java.util.Locale;

/** What an order wants of one workload's container. */
sealed interface Goal {
    Generation generation();

    ClusterId clusterId();

    /** For people. */
    default String verb() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** A container of that generation was made and started once. */
    record Run(RunOrder order) implements Goal {
        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public ClusterId clusterId() {
            return order.clusterId();
        }
    }

    /** No container of that generation or an older one runs. */
    record Stop(ContainerOrder order) implements Goal {
        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public ClusterId clusterId() {
            return order.clusterId();
        }
    }

    /** No container of that generation or an older one is there. */
    record Remove(ContainerOrder order) implements Goal {
        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public ClusterId clusterId() {
            return order.clusterId();
        }
    }
}
