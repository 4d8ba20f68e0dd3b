package dev.persys.placement;

/**
 * What a machine's own figures say of its memory, in MiB. Reservations alone do not tell: a workload without a limit
 * may use more than it reserved, and others than Persys' workloads use memory too.
 *
 * @param left about as much as nobody uses, less what was placed there since the machine said so; {@link #UNKNOWN}
 *     before it has
 * @param kept as much has to be left for anything to be placed there
 */
public record MemoryInUse(long left, long kept) {
    /** In place of a figure where there is none. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    /** Of a machine that has not said anything yet. */
    public static final MemoryInUse NOT_SAID = new MemoryInUse(UNKNOWN, 0);

    /** Whether so little is left that the kernel may begin to kill. */
    public boolean isUp() {
        return left < kept;
    }

    /** As it is when {@code mib} of what was reserved are given back. */
    MemoryInUse without(long mib) {
        return left == UNKNOWN ? this : new MemoryInUse(left + mib, kept);
    }
}
