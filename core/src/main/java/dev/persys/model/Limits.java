package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.util.Optional;

/**
 * What a workload is held to, where it is held to anything: the engine enforces it, whatever the node has idle. What
 * is <em>reserved</em> for a workload is a {@link Resources} of its own.
 *
 * <p>In JSON, {@code memory} is MiB or {@link #NO_LIMIT}, and is always written: an order or a request that names a
 * reservation and no limit is held to that reservation, so that the absence of a limit has to be said.
 *
 * @param cpuMillis thousandths of a core, more than zero; absent, and idle cores are the workload's
 * @param memoryMib mebibytes with swap included, more than zero; absent, and the node's memory is the limit
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.NONE,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record Limits(Optional<Long> cpuMillis, Optional<Long> memoryMib) {
    public static final Limits NONE = new Limits(Optional.empty(), Optional.empty());

    /** The word for memory without a limit. */
    public static final String NO_LIMIT = "none";

    public Limits {
        Present.value(cpuMillis, "cpuMillis");
        Present.value(memoryMib, "memoryMib");
        if (cpuMillis.filter(millis -> millis <= 0).isPresent()
                || memoryMib.filter(mebibytes -> mebibytes <= 0).isPresent()) {
            throw new IllegalArgumentException("a limit is more than zero: " + cpuMillis + ", " + memoryMib);
        }
    }

    /** A limit of memory alone. */
    public static Limits memory(long mebibytes) {
        return new Limits(Optional.empty(), Optional.of(mebibytes));
    }

    /** From the wire form: cores as a decimal, and MiB or {@link #NO_LIMIT}. */
    @JsonCreator
    public static Limits of(
            @JsonProperty("cpu") Optional<BigDecimal> cpu, @JsonProperty("memory") Optional<Object> memory) {
        return new Limits(
                cpu.map(cores -> Resources.of(cores, 0).cpuMillis()),
                memory.filter(limit -> !limit.equals(NO_LIMIT)).map(Limits::mebibytes));
    }

    private static long mebibytes(Object limit) {
        if (limit instanceof Integer || limit instanceof Long) {
            return ((Number) limit).longValue();
        }
        throw new IllegalArgumentException("a memory limit is MiB or " + NO_LIMIT);
    }

    /** Cores, with as many decimals as are needed. */
    @JsonProperty("cpu")
    public Optional<BigDecimal> cpu() {
        return cpuMillis.map(millis -> new Resources(millis, 0).cpu());
    }

    /** MiB, or {@link #NO_LIMIT}. */
    @JsonProperty("memory")
    public Object memory() {
        return memoryMib.<Object>map(mebibytes -> mebibytes).orElse(NO_LIMIT);
    }

    /** Whether a workload that is held to these can use all of {@code reserved}. */
    public boolean allow(Resources reserved) {
        return cpuMillis.orElse(Long.MAX_VALUE) >= reserved.cpuMillis()
                && memoryMib.orElse(Long.MAX_VALUE) >= reserved.memoryMib();
    }
}
