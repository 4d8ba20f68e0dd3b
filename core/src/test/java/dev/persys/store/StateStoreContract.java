package dev.persys.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.persys.model.ClusterId;
import dev.persys.model.Epoch;
import dev.persys.store.Change.Delete;
import dev.persys.store.Change.Put;
import dev.persys.store.CommitResult.Committed;
import dev.persys.store.CommitResult.Conflict;
import dev.persys.store.CommitResult.Fenced;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link StateStore} says, sentence by sentence. Every adapter's test extends this. */
public abstract class StateStoreContract {
    static final ClusterId CLUSTER = ClusterId.of("cluster-one");
    static final String A = Keys.WORKLOADS + "a";
    static final String B = Keys.WORKLOADS + "b";
    static final String C = Keys.NODES + "c";

    private StateStore store;

    /**
     * Opens the store of this test: empty at first, and with what it had after a {@link StateStore#close}. Called
     * again within a test only after a close.
     */
    protected abstract StateStore open() throws Exception;

    @BeforeEach
    final void openStore() throws Exception {
        store = open();
    }

    @AfterEach
    final void closeStore() {
        store.close();
    }

    /** The store under test. */
    protected final StateStore store() {
        return store;
    }

    protected final void reopen() throws Exception {
        store.close();
        store = open();
    }

    /** The outcome of a stage; what it failed with is thrown as the cause of a {@link CompletionException}. */
    public static <T> T await(CompletionStage<T> stage) {
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
    }

    protected final Epoch claim() {
        return claim(Epoch.NONE).epoch();
    }

    private Leadership claim(Epoch above) {
        return await(store.claim(new Claim("the test", CLUSTER, above)));
    }

    protected final CommitResult commit(Epoch epoch, Change... changes) {
        return await(store.commit(epoch, List.of(changes)));
    }

    protected final long committed(Epoch epoch, Change... changes) {
        CommitResult result = commit(epoch, changes);
        assertThat(result).isInstanceOf(Committed.class);
        return ((Committed) result).revision();
    }

    // --- leadership

    @Test
    void nobodyLeadsBeforeAnyClaim() {
        assertThatThrownBy(() -> await(store.leadership())).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(await(store.load()).entries()).isEmpty();
        assertThat(commit(Epoch.NONE, new Put(A, "1", 0))).isEqualTo(new Fenced(Epoch.NONE));
        assertThat(commit(Epoch.of(1), new Put(A, "1", 0))).isEqualTo(new Fenced(Epoch.NONE));
        assertThat(await(store.load()).entries()).isEmpty();
    }

    @Test
    void eachClaimRaisesTheEpoch() {
        Leadership first = claim(Epoch.NONE);
        Leadership second = claim(Epoch.NONE);
        assertThat(first.epoch()).isEqualTo(Epoch.of(1));
        assertThat(second.epoch()).isEqualTo(Epoch.of(2));
        assertThat(await(store.leadership())).isEqualTo(second);
    }

    @Test
    void aClaimTakesOneRevisionAndTheRevisionCanBeReadAlone() {
        Epoch first = claim();
        long written = committed(first, new Put(A, "1", 0));
        assertThat(await(store.load(List.of()))).isEqualTo(new Snapshot(written, List.of()));

        claim();

        assertThat(await(store.load(List.of())).revision()).isEqualTo(written + 1);
        assertThat(await(store.load()).revision()).isEqualTo(written + 1);
    }

    @Test
    void anEpochIsGreaterThanTheOneToBeAbove() {
        assertThat(claim(Epoch.of(41)).epoch()).isEqualTo(Epoch.of(42));
        assertThat(claim(Epoch.of(3)).epoch()).isEqualTo(Epoch.of(43));
    }

    @Test
    void fromTheEndOfAnImportOnItIsKnownSinceWhenRecordsMayBeOld() throws Exception {
        assertThat(claim(Epoch.NONE).restoredIn()).isEqualTo(Epoch.NONE);
        Epoch importing =
                await(store.claim(claimFor(Claim.Purpose.IMPORT, Epoch.of(7)))).epoch();
        Leadership ended = await(store.claim(claimFor(Claim.Purpose.END_IMPORT, importing)));
        assertThat(ended.restoredIn()).isEqualTo(ended.epoch()).isEqualTo(Epoch.of(9));
        Leadership next = claim(Epoch.NONE);
        assertThat(next.restoredIn()).isEqualTo(ended.epoch());
        committed(next.epoch(), new Put(A, "1", 0));
        reopen();
        assertThat(await(store.leadership())).isEqualTo(next);
        Epoch once =
                await(store.claim(claimFor(Claim.Purpose.IMPORT, Epoch.NONE))).epoch();
        reopen();
        assertThat(await(store.claim(claimFor(Claim.Purpose.END_IMPORT, once))).restoredIn())
                .as("the newest counts")
                .isEqualTo(once.next());
    }

    @Test
    void theFirstClaimNamesTheClusterForGood() throws Exception {
        claim();
        Leadership other = await(store.claim(new Claim("other", ClusterId.of("cluster-two"), Epoch.NONE)));
        assertThat(other.clusterId()).isEqualTo(CLUSTER);
        reopen();
        assertThat(await(store.leadership())).isEqualTo(other);
    }

    @Test
    void anOlderEpochIsFencedAndWritesNothing() {
        Epoch old = claim();
        long revision = committed(old, new Put(A, "1", 0));
        Epoch current = claim();
        assertThat(commit(old, new Put(A, "2", revision))).isEqualTo(new Fenced(current));
        assertThat(commit(old, new Delete(A, revision), new Put(B, "1", 0))).isEqualTo(new Fenced(current));
        assertThat(await(store.load()).entries()).containsExactly(new Entry(A, "1", revision));
    }

    @Test
    void anEpochNobodyWasGrantedIsFenced() {
        Epoch current = claim();
        assertThat(commit(current.next(), new Put(A, "1", 0))).isEqualTo(new Fenced(current));
        assertThat(commit(Epoch.NONE, new Put(A, "1", 0))).isEqualTo(new Fenced(current));
    }

    @Test
    void leadershipIsComparedBeforeRevisions() {
        Epoch old = claim();
        Epoch current = claim();
        assertThat(commit(old, new Put(A, "1", 99))).isEqualTo(new Fenced(current));
    }

    @Test
    void commitsInFlightWhenAnotherTakesOverAreDoneBeforeItOrFenced() {
        Epoch old = claim();
        List<CompletionStage<CommitResult>> commits = new ArrayList<>();
        CompletionStage<Leadership> takeOver = null;
        for (int i = 0; i < 100; i++) {
            commits.add(store.commit(old, List.of(new Put(A + i, "of the old", 0))));
            if (i == 50) {
                takeOver = store.claim(new Claim("new", CLUSTER, Epoch.NONE));
            }
        }
        Epoch current = await(takeOver).epoch();
        List<String> seenByTheNew = keys(await(store.load()));
        List<String> acknowledged = IntStream.range(0, 100)
                .filter(i -> {
                    CommitResult result = await(commits.get(i));
                    assertThat(result).isInstanceOfAny(Committed.class, Fenced.class);
                    return result instanceof Committed;
                })
                .mapToObj(i -> A + i)
                .toList();
        assertThat(seenByTheNew).containsExactlyInAnyOrderElementsOf(acknowledged);
        assertThat(keys(await(store.load()))).isEqualTo(seenByTheNew);
        assertThat(commit(old, new Put(B, "late", 0))).isEqualTo(new Fenced(current));
    }

    @Test
    void nobodyLeadsWithPartOfAnImport() throws Exception {
        claim();
        Epoch importing =
                await(store.claim(claimFor(Claim.Purpose.IMPORT, Epoch.of(20)))).epoch();
        assertThat(importing).isEqualTo(Epoch.of(21));
        committed(importing, new Put(A, "1", 0));
        reopen();
        assertThatThrownBy(this::claim).hasCauseInstanceOf(ImportUnfinishedException.class);
        assertThatThrownBy(() -> await(store.leadership()))
                .hasCauseInstanceOf(ImportUnfinishedException.class)
                .hasMessageContaining("persys store import --replace");
        committed(importing, new Put(B, "1", 0));
        assertThat(await(store.claim(claimFor(Claim.Purpose.END_IMPORT, importing)))
                        .epoch())
                .isEqualTo(Epoch.of(22));
        assertThat(await(store.leadership())).isEqualTo(new Leadership(Epoch.of(22), CLUSTER, Epoch.of(22)));
        assertThat(claim()).isEqualTo(Epoch.of(23));
    }

    @Test
    void onlyTheImportInForceCanBeEnded() {
        Epoch first =
                await(store.claim(claimFor(Claim.Purpose.IMPORT, Epoch.NONE))).epoch();
        Epoch second =
                await(store.claim(claimFor(Claim.Purpose.IMPORT, Epoch.NONE))).epoch();
        assertThat(commit(first, new Put(A, "1", 0))).isEqualTo(new Fenced(second));
        assertThatThrownBy(() -> await(store.claim(claimFor(Claim.Purpose.END_IMPORT, first))))
                .hasCauseInstanceOf(IllegalStateException.class);
        await(store.claim(claimFor(Claim.Purpose.END_IMPORT, second)));
        assertThatThrownBy(() -> await(store.claim(claimFor(Claim.Purpose.END_IMPORT, Epoch.of(3)))))
                .hasCauseInstanceOf(IllegalStateException.class);
        claim();
    }

    private static Claim claimFor(Claim.Purpose purpose, Epoch above) {
        return new Claim("the import", CLUSTER, above, purpose);
    }

    // --- commits

    @Test
    void aCommittedKeyStandsAtTheRevisionAnswered() {
        Epoch epoch = claim();
        long first = committed(epoch, new Put(A, "1", Change.ABSENT));
        long second = committed(epoch, new Put(B, "2", Change.ABSENT));
        long third = committed(epoch, new Put(A, "3", first));
        assertThat(first).isPositive();
        assertThat(second).isGreaterThan(first);
        assertThat(third).isGreaterThan(second);
        assertThat(await(store.read(List.of(A, B))))
                .containsExactly(new Entry(A, "3", third), new Entry(B, "2", second));
    }

    @Test
    void aKeyNotAtItsExpectedRevisionIsAConflictWithWhatStands() {
        Epoch epoch = claim();
        long revision = committed(epoch, new Put(A, "1", 0));
        Conflict current = new Conflict(List.of(new Entry(A, "1", revision)));
        assertThat(commit(epoch, new Put(A, "2", 0))).isEqualTo(current);
        assertThat(commit(epoch, new Put(A, "2", revision + 1))).isEqualTo(current);
        assertThat(commit(epoch, new Delete(A, 0))).isEqualTo(current);
        assertThat(commit(epoch, new Put(B, "2", revision))).isEqualTo(new Conflict(List.of()));
        assertThat(commit(epoch, new Delete(B, revision))).isEqualTo(new Conflict(List.of()));
        assertThat(await(store.load()).entries()).containsExactly(new Entry(A, "1", revision));
    }

    @Test
    void aValueIsNeverTakenForItsLookAlikeOfAnEarlierRevision() {
        Epoch epoch = claim();
        long first = committed(epoch, new Put(A, "same", 0));
        long deleted = committed(epoch, new Delete(A, first));
        long second = committed(epoch, new Put(A, "same", 0));
        assertThat(deleted).isGreaterThan(first);
        assertThat(second).isGreaterThan(deleted);
        assertThat(commit(epoch, new Put(A, "x", first))).isInstanceOf(Conflict.class);
    }

    @Test
    void aCommitIsAllOrNothing() {
        Epoch epoch = claim();
        long a = committed(epoch, new Put(A, "1", 0));
        CommitResult result = commit(epoch, new Put(B, "1", 0), new Delete(A, a), new Put(C, "1", 7));
        assertThat(result).isEqualTo(new Conflict(List.of(new Entry(A, "1", a))));
        assertThat(await(store.load()).entries()).containsExactly(new Entry(A, "1", a));
        long all = committed(epoch, new Put(B, "1", 0), new Delete(A, a), new Put(C, "1", 0));
        assertThat(await(store.load()).entries()).containsExactly(new Entry(C, "1", all), new Entry(B, "1", all));
    }

    @Test
    void deletingWhatIsAbsentAsExpectedSucceeds() {
        Epoch epoch = claim();
        assertThat(commit(epoch, new Delete(A, Change.ABSENT))).isInstanceOf(Committed.class);
        assertThat(await(store.load()).entries()).isEmpty();
    }

    @Test
    void theMostChangesFitOneCommit() {
        Epoch epoch = claim();
        long revision = committed(epoch, puts(StateStore.MAX_CHANGES));
        assertThat(await(store.load()).entries())
                .hasSize(StateStore.MAX_CHANGES)
                .allMatch(entry -> entry.revision() == revision);
    }

    @Test
    void theLongestValueAndTheLongestCommitAreKept() throws Exception {
        Epoch epoch = claim();
        String longest = "é".repeat(StateStore.MAX_VALUE_BYTES / 2);
        String rest = "x".repeat(StateStore.MAX_COMMIT_BYTES - StateStore.MAX_VALUE_BYTES - A.length() - B.length());
        committed(epoch, new Put(A, longest, 0), new Put(B, rest, 0));
        reopen();
        assertThat(await(store.load()).entries()).extracting(Entry::value).containsExactly(longest, rest);
    }

    @ParameterizedTest
    @MethodSource
    void badArgumentsAreThrownAtTheCall(List<Change> changes, String explanation) {
        Epoch epoch = claim();
        assertThatThrownBy(() -> store.commit(epoch, changes))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(explanation);
        assertThat(await(store.load()).entries()).isEmpty();
    }

    static Stream<Arguments> badArgumentsAreThrownAtTheCall() {
        String tooLong = "é".repeat(StateStore.MAX_VALUE_BYTES / 2) + "x";
        String almost = "x".repeat(StateStore.MAX_COMMIT_BYTES - StateStore.MAX_VALUE_BYTES);
        String most = "x".repeat(StateStore.MAX_VALUE_BYTES);
        return Stream.of(
                bad("1 to 64 changes, not 0"),
                bad("1 to 64 changes, not 65", puts(StateStore.MAX_CHANGES + 1)),
                bad(A + " is twice", new Put(A, "1", 0), new Delete(A, 0)),
                bad("expected revision of " + A + " is negative", new Put(A, "1", -1)),
                bad("not under any of", new Put(Keys.EPOCH, "1", 0)),
                bad("not under any of", new Put("/skydns/x", "1", 0)),
                bad("not under any of", new Delete(Keys.WORKLOADS, 0)),
                bad("printable ASCII", new Put(A + "é", "1", 0)),
                bad("at most 512", new Put(A.repeat(200), "1", 0)),
                bad("1048577 bytes", new Put(A, tooLong, 0)),
                bad("together", new Put(A, most, 0), new Put(B, almost, 0)),
                bad("half a surrogate pair at index 1", new Put(A, "x\ud83d", 0)),
                bad("half a surrogate pair at index 0", new Put(A, "\ude00x", 0)));
    }

    private static Arguments bad(String explanation, Change... changes) {
        return Arguments.of(List.of(changes), explanation);
    }

    private static Change[] puts(int count) {
        return IntStream.range(0, count).mapToObj(i -> new Put(A + i, "1", 0)).toArray(Change[]::new);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\u0000", "{\"name\":\"größe 大 😀\"}", "line\r\n\ttwo", "\ufeff\uffff"})
    void textIsKeptAsItIs(String value) throws Exception {
        long revision = committed(claim(), new Put(A, value, 0));
        reopen();
        assertThat(await(store.load()).entries()).containsExactly(new Entry(A, value, revision));
    }

    // --- reads

    @Test
    void loadIsOrderedByKeyAndNoRevisionIsGreaterThanItsOwn() {
        Epoch epoch = claim();
        committed(epoch, new Put(C, "1", 0));
        committed(epoch, new Put(B, "1", 0), new Put(A, "1", 0), new Put(Keys.event(Epoch.of(1), 7), "1", 0));
        long last = committed(epoch, new Put(Keys.event(Epoch.of(1), 10), "1", 0));
        Snapshot snapshot = await(store.load());
        assertThat(keys(snapshot)).containsExactly(Keys.event(Epoch.of(1), 7), Keys.event(Epoch.of(1), 10), C, A, B);
        assertThat(snapshot.revision()).isGreaterThanOrEqualTo(last);
        assertThat(snapshot.entries()).allMatch(entry -> entry.revision() <= snapshot.revision());
        assertThat(snapshot.under(Keys.WORKLOADS)).extracting(Entry::key).containsExactly(A, B);
    }

    @Test
    void aLeaderLoadsNoLogs() throws Exception {
        Epoch epoch = claim();
        String logs = Keys.LOGS + "a";
        long revision = committed(epoch, new Put(A, "1", 0), new Put(logs, "output", 0), new Put(C, "1", 0));
        reopen();
        assertThat(keys(await(store.load()))).containsExactly(C, A);
        assertThat(keys(await(store.load(Keys.PREFIXES)))).containsExactly(logs, C, A);
        assertThat(await(store.load(List.of(Keys.LOGS))).entries())
                .containsExactly(new Entry(logs, "output", revision));
        assertThat(await(store.read(List.of(logs)))).containsExactly(new Entry(logs, "output", revision));
    }

    @Test
    void readLeavesOutWhatIsAbsentAndAnswersForManyKeys() {
        Epoch epoch = claim();
        committed(epoch, puts(StateStore.MAX_CHANGES));
        List<String> asked = IntStream.range(0, 300).mapToObj(i -> A + i).toList();
        assertThat(await(store.read(asked)))
                .extracting(Entry::key)
                .containsExactlyElementsOf(asked.subList(0, StateStore.MAX_CHANGES));
        assertThat(await(store.read(List.of()))).isEmpty();
        assertThatThrownBy(() -> store.read(List.of("/elsewhere"))).isInstanceOf(IllegalArgumentException.class);
    }

    // --- closing

    @Test
    void reopeningKeepsEverything() throws Exception {
        Epoch epoch = claim();
        long a = committed(epoch, new Put(A, "1", 0));
        committed(epoch, new Put(B, "1", 0));
        long b = committed(
                epoch, new Put(B, "2", await(store.read(List.of(B))).get(0).revision()));
        committed(epoch, new Delete(A, a), new Put(C, "1", 0));
        Snapshot before = await(store.load());
        reopen();
        assertThat(await(store.load()).entries()).isEqualTo(before.entries());
        assertThat(committed(epoch, new Put(B, "3", b))).isGreaterThan(before.revision());
    }

    @Test
    void closingFinishesWhatWasAccepted() throws Exception {
        Epoch epoch = claim();
        List<CompletionStage<CommitResult>> commits = IntStream.range(0, 200)
                .mapToObj(i -> store.commit(epoch, List.of(new Put(A + i, "x", 0))))
                .toList();
        reopen();
        assertThat(commits).allSatisfy(commit -> assertThat(await(commit)).isInstanceOf(Committed.class));
        assertThat(await(store.load()).entries()).hasSize(200);
    }

    @Test
    void aClosedStoreRefusesEverything() {
        Epoch epoch = claim();
        store.close();
        assertThatThrownBy(() -> commit(epoch, new Put(A, "1", 0))).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> await(store.load())).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(() -> await(store.leadership())).hasCauseInstanceOf(StoreUnavailableException.class);
        assertThatThrownBy(this::claim).hasCauseInstanceOf(StoreUnavailableException.class);
        store.close();
    }

    static List<String> keys(Snapshot snapshot) {
        return snapshot.entries().stream().map(Entry::key).toList();
    }

    // --- many at once

    @Test
    void countersLoseNoIncrementAmongManyCommitters() throws Exception {
        StateStoreRaces.countersLoseNoIncrement(store, claim());
    }

    @Test
    void whatOneCommitWroteIsReadTogether() throws Exception {
        StateStoreRaces.pairsAreReadTogether(store, claim());
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void randomHistoriesAgreeWithTheModel(long seed) throws Exception {
        new StateStoreHistory(seed, this).run(300);
    }
}
