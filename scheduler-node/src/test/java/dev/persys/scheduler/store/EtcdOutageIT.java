package dev.persys.scheduler.store;

import static dev.persys.store.StateStoreContract.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change;
import dev.persys.store.Claim;
import dev.persys.store.CommitResult;
import dev.persys.store.Entry;
import dev.persys.store.Keys;
import dev.persys.store.StoreTrouble;
import dev.persys.store.StoreUnavailableException;
import dev.persys.testing.EtcdFixture;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.maintenance.AlarmMember;
import io.etcd.jetcd.options.CompactOption;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An etcd that hangs, dies or is not there: calls fail in time, and afterwards reads tell the truth. */
final class EtcdOutageIT {
    private static final Duration TIMEOUT = Duration.ofSeconds(2);

    /** With room for a machine that is busy with other tests; a call without a limit would take for ever. */
    private static final Duration IN_TIME = TIMEOUT.plusSeconds(5);

    private EtcdFixture etcd;
    private EtcdStateStore store;
    private Epoch epoch = Epoch.NONE;

    @BeforeEach
    void start() {
        etcd = EtcdFixture.start();
        store = EtcdStateStore.open(settings(Duration.ofMinutes(10)));
        // The first call also loads the client's classes, which may take longer than the limit.
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            epoch = await(store.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                    .epoch();
            return true;
        });
    }

    @AfterEach
    void stop() {
        store.close();
        etcd.close();
    }

    private EtcdSettings settings(Duration compactEvery) {
        return settings(etcd.endpoints().stream().map(URI::create).toList(), compactEvery);
    }

    private static EtcdSettings settings(List<URI> endpoints, Duration compactEvery) {
        return new EtcdSettings(
                endpoints, Optional.empty(), Optional.empty(), "", TIMEOUT, Duration.ofSeconds(20), compactEvery);
    }

    private CompletionStage<CommitResult> put(int i) {
        return store.commit(epoch, List.of(new Change.Put(Keys.event(Epoch.of(1), i), "x", Change.ABSENT)));
    }

    private static void assertUnavailableInTime(CompletionStage<?> stage) {
        assertThatThrownBy(() -> stage.toCompletableFuture().get(IN_TIME.toMillis(), TimeUnit.MILLISECONDS))
                .hasCauseInstanceOf(StoreUnavailableException.class);
    }

    private void awaitAnswers() {
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            await(store.leadership());
            return true;
        });
    }

    @Test
    void whilePausedEverythingFailsInTimeAndNothingIsWrittenTwice() {
        etcd.pause();
        List<CompletionStage<CommitResult>> commits =
                IntStream.range(0, 20).mapToObj(this::put).toList();
        List<CompletionStage<?>> others =
                List.of(store.load(), store.leadership(), store.read(List.of(Keys.event(Epoch.of(1), 1))));
        commits.forEach(EtcdOutageIT::assertUnavailableInTime);
        assertUnavailableInTime(others.get(1));
        assertUnavailableInTime(others.get(2));
        etcd.resume();
        awaitAnswers();
        // Each either happened once or never: a first put succeeds where it did not, and conflicts where it did.
        for (int i = 0; i < 20; i++) {
            CommitResult again = await(put(i));
            if (again instanceof CommitResult.Conflict conflict) {
                assertThat(conflict.current()).hasSize(1);
            }
        }
        assertThat(await(store.load()).entries()).hasSize(20);
    }

    @Test
    void killedInTheMiddleOfCommitsWhatWasAcknowledgedIsThere() {
        List<CompletionStage<CommitResult>> commits = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            commits.add(put(i));
            if (i == 1_000) {
                await(commits.get(500));
                etcd.kill();
            }
        }
        List<String> acknowledged = new ArrayList<>();
        for (int i = 0; i < commits.size(); i++) {
            try {
                assertThat(await(commits.get(i))).isInstanceOf(CommitResult.Committed.class);
                acknowledged.add(Keys.event(Epoch.of(1), i));
            } catch (CompletionException e) {
                assertThat(e).hasCauseInstanceOf(StoreUnavailableException.class);
            }
        }
        assertThat(acknowledged.size()).isBetween(1, 2_999);
        assertUnavailableInTime(put(5_000));
        etcd.restart();
        awaitAnswers();
        assertThat(await(store.load()).entries()).extracting(Entry::key).containsAll(acknowledged);
        assertThat(await(put(6_000))).isInstanceOf(CommitResult.Committed.class);
    }

    @Test
    void aStoreIsOpenedWhileEtcdIsAwayAndWorksOnceItIsThere() {
        etcd.kill();
        try (EtcdStateStore early = EtcdStateStore.open(settings(Duration.ZERO))) {
            assertUnavailableInTime(early.leadership());
            assertUnavailableInTime(early.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)));
            etcd.restart();
            Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
                await(early.leadership());
                return true;
            });
            assertThat(await(early.leadership()).epoch()).isEqualTo(epoch);
        }
    }

    @Test
    void closingWhileEtcdIsAwayEnds() {
        etcd.kill();
        CompletionStage<CommitResult> commit = put(1);
        store.close();
        assertUnavailableInTime(commit);
    }

    @Test
    void aFirstAttemptThatComesLateDoesNotBringBackWhatWasDeletedMeanwhile() throws Exception {
        try (HoldingProxy network = HoldingProxy.to(etcd.endpoints().get(0));
                EtcdStateStore slow = EtcdStateStore.open(settings(List.of(network.endpoint()), Duration.ZERO))) {
            Epoch mine = await(slow.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                    .epoch();
            network.hold();
            assertUnavailableInTime(slow.commit(mine, create()));
            network.cut();
            long revision = committed(slow, mine, create());
            assertThat(await(slow.commit(mine, List.of(new Change.Delete(Keys.NODES + "n", revision)))))
                    .isInstanceOf(CommitResult.Committed.class);
            network.deliver();
            assertThat(await(slow.load()).entries()).isEmpty();
            committed(slow, mine, create());
        }
    }

    private static List<Change> create() {
        return List.of(new Change.Put(Keys.NODES + "n", "x", Change.ABSENT));
    }

    /** As a writer does it: again until the store says something. */
    private static long committed(EtcdStateStore store, Epoch epoch, List<Change> changes) {
        AtomicReference<CommitResult> result = new AtomicReference<>();
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsMatching(e -> e.getCause() instanceof StoreUnavailableException)
                .until(() -> {
                    result.set(await(store.commit(epoch, changes)));
                    return true;
                });
        assertThat(result.get()).isInstanceOf(CommitResult.Committed.class);
        return ((CommitResult.Committed) result.get()).revision();
    }

    @Test
    void aQuotaThatIsUsedUpIsNamedUntilThereIsRoomAgain() throws Exception {
        try (EtcdFixture small = EtcdFixture.start("--quota-backend-bytes=" + 4 * 1024 * 1024)) {
            List<URI> endpoints = small.endpoints().stream().map(URI::create).toList();
            try (EtcdStateStore full = EtcdStateStore.open(settings(endpoints, Duration.ZERO))) {
                Epoch mine = await(full.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                        .epoch();
                StoreUnavailableException failure = fill(full, mine);
                StoreTrouble trouble = failure.trouble().orElseThrow();
                assertThat(trouble.kind()).isEqualTo(StoreTrouble.Kind.FULL);
                assertThat(trouble.detail()).contains("quota", endpoints.toString());
                assertThat(failure.certainlyNotWritten()).isFalse();
                assertThat(full.trouble()).contains(trouble);
                for (Entry entry : await(full.load()).entries()) {
                    assertThat(await(full.commit(mine, List.of(new Change.Delete(entry.key(), entry.revision())))))
                            .isInstanceOf(CommitResult.Committed.class);
                }
                makeRoom(small, await(full.load()).revision());
                Awaitility.await()
                        .atMost(Duration.ofSeconds(20))
                        .until(() -> full.trouble().isEmpty());
                committed(full, mine, create());
            }
        }
    }

    private static StoreUnavailableException fill(EtcdStateStore store, Epoch epoch) {
        for (int i = 0; i < 100; i++) {
            Change put = new Change.Put(Keys.event(Epoch.of(1), i), "x".repeat(200_000), Change.ABSENT);
            try {
                await(store.commit(epoch, List.of(put)));
            } catch (CompletionException e) {
                return (StoreUnavailableException) e.getCause();
            }
        }
        throw new AssertionError("twenty megabytes fit into four");
    }

    private static void makeRoom(EtcdFixture etcd, long revision) throws Exception {
        try (Client client = Client.builder()
                .endpoints(etcd.endpoints().toArray(String[]::new))
                .build()) {
            client.getKVClient()
                    .compact(
                            revision,
                            CompactOption.builder().withCompactPhysical(true).build())
                    .get(20, TimeUnit.SECONDS);
            client.getMaintenanceClient()
                    .defragmentMember(etcd.endpoints().get(0))
                    .get(20, TimeUnit.SECONDS);
            for (AlarmMember alarm : client.getMaintenanceClient()
                    .listAlarms()
                    .get(20, TimeUnit.SECONDS)
                    .getAlarms()) {
                client.getMaintenanceClient().alarmDisarm(alarm).get(20, TimeUnit.SECONDS);
            }
        }
    }

    @Test
    void theLeaderDropsHistory() {
        try (EtcdStateStore compacting = EtcdStateStore.open(settings(Duration.ofMillis(200)))) {
            Epoch mine = await(compacting.claim(new Claim("t", ClusterId.of("c"), Epoch.NONE)))
                    .epoch();
            long first = commit(compacting, mine, Change.ABSENT);
            long[] last = {first};
            EtcdReads old = new EtcdReads(EtcdConnection.open(settings(Duration.ZERO)));
            Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> {
                last[0] = commit(compacting, mine, last[0]);
                return old.read(List.of(Keys.NODES + "n"), first)
                        .handle((found, failure) -> failure != null
                                && Failures.unwrapped(failure).getMessage().contains("compacted"))
                        .get();
            });
            assertThat(await(compacting.load()).entries()).hasSize(1);
        }
    }

    private static long commit(EtcdStateStore store, Epoch epoch, long expected) {
        List<Change> change = List.of(new Change.Put(Keys.NODES + "n", "x", expected));
        return ((CommitResult.Committed) await(store.commit(epoch, change))).revision();
    }
}
