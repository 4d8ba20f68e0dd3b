package dev.persys.agent;

import dev.persys.api.ContainerOrder;
import dev.persys.api.RunOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.Generation;
import dev.persys.model.RunId;
import java.util.Locale;

/** What an order wants of one workload's container. */
sealed interface Goal {
    Generation generation();

    /** The newest run that this speaks of. */
    RunId runId();

    ClusterId clusterId();

    /** For people. */
    default String verb() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** A container of that generation was started for that run, and made before where there was none. */
    record Run(RunOrder order) implements Goal {
        @Override
        public Generation generation() {
            return order.generation();
        }

        @Override
        public RunId runId() {
            return order.runId();
        }

        @Override
        public ClusterId clusterId() {
            return order.clusterId();
        }
    }

    /** Something that runs, or is there, is not to. */
    sealed interface End extends Goal {
        ContainerOrder order();

        @Override
        default Generation generation() {
            return order().generation();
        }

        @Override
        default ClusterId clusterId() {
            return order().clusterId();
        }
    }

    /** No container of that run or an older one runs. */
    record Stop(ContainerOrder order) implements End {
        @Override
        public RunId runId() {
            return order.runId();
        }
    }

    /** No container of that generation or an older one is there. */
    record Remove(ContainerOrder order) implements End {
        @Override
        public RunId runId() {
            return RunId.lastOf(order.generation());
        }
    }
}
