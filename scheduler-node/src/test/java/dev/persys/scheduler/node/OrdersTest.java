package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;

import dev.persys.api.ContainerOrder;
import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.model.Generation;
import dev.persys.model.WorkloadId;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class OrdersTest {
    private static final int MOST = 3;

    private final Orders orders = new Orders(1, MOST);

    @Test
    void thereIsRoomForSoManyWorkloadsAndForANewerOrderOfEachOfThem() {
        for (int i = 1; i <= MOST; i++) {
            assertThat(orders.add(remove(i, 1))).isPresent();
        }
        assertThat(orders.add(remove(MOST + 1, 1))).isEmpty();
        assertThat(orders.add(remove(2, 2))).isPresent();

        orders.taken(orders.next().orElseThrow());

        assertThat(orders.add(remove(MOST + 1, 1))).isPresent();
    }

    private static AgentOrder remove(int workload, long generation) {
        return new AgentOrder.Remove(new ContainerOrder(
                WorkloadId.of(String.format("00000000-0000-4000-8000-%012x", workload)),
                Generation.of(generation),
                Epoch.of(1),
                ClusterId.of("test-cluster"),
                Duration.ZERO,
                Optional.empty(),
                0,
                false));
    }
}
