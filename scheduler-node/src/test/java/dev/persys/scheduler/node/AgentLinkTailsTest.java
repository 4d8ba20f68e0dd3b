package dev.persys.scheduler.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import akka.NotUsed;
import akka.stream.javadsl.Source;
import akka.util.ByteString;
import dev.persys.api.ContainerList;
import dev.persys.protocol.AgentClient;
import dev.persys.protocol.AgentClient.EventStream;
import dev.persys.scheduler.testing.HeldAgent;
import dev.persys.scheduler.testing.HeldAgent.Call;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The ends of outputs, of many containers that end at once. */
final class AgentLinkTailsTest extends AgentLinkFixture {
    private static final int CROWD = 200;

    private final Map<Integer, String> taken = new ConcurrentHashMap<>();

    @Test
    void endOfEachOfACrowdIsTakenAFewAtATimeThoughTheAgentHasNoPlaceNowAndThen() throws Exception {
        agent.connect(Source.never());
        for (int i = 0; i < CROWD; i++) {
            wish(i);
        }

        int had = 0;
        for (int calls = 0; had < CROWD; ) {
            Call<Source<ByteString, NotUsed>> call = agent.logs.poll(5, TimeUnit.MILLISECONDS);
            assertThat(agent.logs).hasSizeLessThan(8);
            if (call == null) {
                bench.pass(Duration.ofMillis(100));
            } else if (calls++ % 3 == 0) {
                call.answer().completeExceptionally(new AgentClient.LogsBusyException("all places are taken"));
            } else {
                call.answer().complete(Source.single(ByteString.fromString(call.what() + "\n")));
                had++;
            }
        }
        await().until(() -> taken.size() == CROWD);

        taken.forEach(
                (number, tail) -> assertThat(tail).isEqualTo(workload(number).value() + "\n"));
    }

    @Test
    void whatTheNodeDoesNotHaveIsAskedForOnce() throws Exception {
        agent.connect(Source.never());
        wish(1);
        HeldAgent.next(agent.logs)
                .answer()
                .completeExceptionally(new AgentClient.NoSuchContainerException(workload(1)));
        wish(2);
        HeldAgent.next(agent.logs).answer().complete(Source.single(ByteString.fromString("two\n")));
        await().until(() -> taken.containsKey(2));

        bench.pass(Duration.ofMinutes(5));

        assertThat(agent.logs).isEmpty();
        assertThat(taken).containsOnlyKeys(2);
    }

    @Test
    void whatIsWishedWhileNobodyAnswersIsTakenOnceSomebodyDoes() throws Exception {
        HeldAgent.next(agent.lists).answer().completeExceptionally(refusedConnection());
        wish(1);
        for (int i = 0; i < 12; i++) {
            nextList().completeExceptionally(refusedConnection());
        }
        assertThat(agent.logs).isEmpty();

        nextList().complete(new ContainerList("boot-0", List.of(), List.of()));
        HeldAgent.next(agent.streams).answer().complete(EventStream.Open.of(Source.never()));

        HeldAgent.next(agent.logs).answer().complete(Source.single(ByteString.fromString("one\n")));
        await().until(() -> taken.containsKey(1));
    }

    /** The next attempt, once whatever the link was told before is handled. */
    private CompletableFuture<ContainerList> nextList() throws InterruptedException {
        assertThat(health()).isInstanceOf(NodeActor.CallsFail.class);
        bench.pass(Duration.ofSeconds(10));
        return HeldAgent.next(agent.lists).answer();
    }

    private void wish(int number) {
        link.tell(new AgentLink.TakeLogs(workload(number), tail -> taken.put(number, tail)));
    }
}
