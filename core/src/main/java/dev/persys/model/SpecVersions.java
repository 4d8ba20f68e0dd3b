package dev.persys.model;

import java.util.Map;
import java.util.Optional;

/**
 * Which specification a workload has, of those that it had.
 *
 * @param current the version of the one in its record: 1 as it was accepted, one more with each change
 * @param ofContainer the version by which the container was ordered that is wanted, or was wanted last; 0 where it would be
 *     ordered otherwise now although its specification is the same
 * @param change the last one; absent where there was none
 * @param madeFrom a digest of the specification that it was accepted with ({@code dev.persys.api.SpecDigest}), where that
 *     has changed since and its request may come again
 * @param secrets with which versions of its secrets that container was ordered, by their names
 */
public record SpecVersions(
        long current,
        long ofContainer,
        Optional<SpecChange> change,
        Optional<String> madeFrom,
        Map<String, Long> secrets) {
    /** Of a workload that was never changed. */
    public static final SpecVersions FIRST = new SpecVersions(1, 1, Optional.empty(), Optional.empty(), Map.of());

    public SpecVersions {
        Present.value(change, "change");
        Present.value(madeFrom, "madeFrom");
        secrets = Present.map(secrets, "secrets");
        if (current < 1 || ofContainer < 0) {
            throw new IllegalArgumentException("versions begin with 1: " + current + ", " + ofContainer);
        }
    }

    /** Whether the workload's last container is what its specification says now. */
    public boolean isOfContainer() {
        return current == ofContainer;
    }

    public boolean isProving() {
        return change.filter(SpecChange::isProving).isPresent();
    }

    /** What is reserved beside what the specification asks for. */
    public Held alsoHeld() {
        return change.map(SpecChange::alsoHeld).orElse(Held.NOTHING);
    }

    /** A container is ordered by what is current. */
    SpecVersions ordered() {
        return new SpecVersions(current, current, change, madeFrom, secrets);
    }

    /** The next version. */
    public SpecVersions changed(SpecChange by, Optional<String> original) {
        return new SpecVersions(current + 1, ofContainer, Optional.of(by), madeFrom.or(() -> original), secrets);
    }

    public SpecVersions with(SpecChange known) {
        return new SpecVersions(current, ofContainer, Optional.of(known), madeFrom, secrets);
    }

    /** The container that is wanted is given these versions of its secrets. */
    public SpecVersions given(Map<String, Long> versions) {
        return new SpecVersions(current, ofContainer, change, madeFrom, versions);
    }

    /** The last container is not what would be ordered now: the next start is of another one. */
    public SpecVersions outdated() {
        return new SpecVersions(current, 0, change, madeFrom, secrets);
    }
}
