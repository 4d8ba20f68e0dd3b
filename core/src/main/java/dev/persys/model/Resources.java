package dev.persys.model;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * An amount of processing power and memory.
 *
 * @param cpuMillis thousandths of a core, zero or more
 * @param memoryMib mebibytes, zero or more
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.NONE,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
public record Resources(long cpuMillis, long memoryMib) {
    public static final Resources NONE = new Resources(0, 0);

    /** Reserved for a workload that asks for nothing: a tenth of a core and 128 MiB. */
    public static final Resources DEFAULT_REQUEST = new Resources(100, 128);

    /** The most that one workload may ask for: 1,024 cores and 16 TiB. Larger figures are typing errors. */
    public static final Resources MAX_REQUEST = new Resources(1_024_000, 16L * 1024 * 1024);

    /** The least that Docker can enforce: a hundredth of a core and 6 MiB. */
    public static final Resources MIN_REQUEST = new Resources(10, 6);

    private static final int CPU_DECIMALS = 3;
    private static final BigDecimal LEAST_CORES = BigDecimal.ONE.movePointLeft(CPU_DECIMALS);
    private static final BigDecimal MOST_CORES = BigDecimal.valueOf(Long.MAX_VALUE, CPU_DECIMALS);

    public Resources {
        if (cpuMillis < 0 || memoryMib < 0) {
            throw new IllegalArgumentException("resources are not negative: " + cpuMillis + "m, " + memoryMib + " MiB");
        }
    }

    /** From the wire form: cores as a decimal (rounded up to a thousandth) and MiB. */
    @JsonCreator
    public static Resources of(@JsonProperty("cpu") BigDecimal cpu, @JsonProperty("memory") long mebibytes) {
        return new Resources(thousandths(cpu), mebibytes);
    }

    /** Rounded up; figures such as 1e999999999 are refused before they are spelled out. */
    private static long thousandths(BigDecimal cores) {
        if (cores.signum() < 0 || cores.compareTo(MOST_CORES) > 0) {
            throw new IllegalArgumentException("cores are not negative, and can be counted: " + cores);
        }
        if (cores.signum() == 0) {
            return 0;
        }
        return cores.max(LEAST_CORES)
                .movePointRight(CPU_DECIMALS)
                .setScale(0, RoundingMode.CEILING)
                .longValueExact();
    }

    /** Cores, with as many decimals as are needed. */
    @JsonProperty("cpu")
    public BigDecimal cpu() {
        BigDecimal cores = BigDecimal.valueOf(cpuMillis, CPU_DECIMALS).stripTrailingZeros();
        return cores.scale() < 0 ? cores.setScale(0, RoundingMode.UNNECESSARY) : cores;
    }

    /** MiB. */
    @JsonProperty("memory")
    public long memory() {
        return memoryMib;
    }

    public Resources plus(Resources other) {
        return new Resources(cpuMillis + other.cpuMillis, memoryMib + other.memoryMib);
    }

    /** What is left after {@code other} is taken away; never below zero. */
    public Resources minus(Resources other) {
        return new Resources(Math.max(0, cpuMillis - other.cpuMillis), Math.max(0, memoryMib - other.memoryMib));
    }

    public boolean covers(Resources other) {
        return cpuMillis >= other.cpuMillis && memoryMib >= other.memoryMib;
    }
}
