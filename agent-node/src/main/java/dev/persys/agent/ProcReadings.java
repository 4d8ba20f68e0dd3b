package dev.persys.agent;

import java.util.List;

/** Reads the kernel's texts under {@code /proc}. Pure. */
final class ProcReadings {
    private static final int IDLE = 3;
    private static final int IO_WAIT = 4;
    /** Guest time is counted within user time already (proc(5)). */
    private static final int COUNTED_FIELDS = 8;

    private ProcReadings() {}

    /**
     * Time since the start, summed over all processors, in the kernel's ticks.
     *
     * @param idle with nothing to do, or waiting for a disk
     */
    record CpuTimes(long idle, long total) {
        /** The part of the time since {@code before} in which there was nothing to do, from 0 to 1. */
        double idleSince(CpuTimes before) {
            long passed = total - before.total;
            return passed <= 0 ? 1 : Math.max(0, Math.min(1, (double) (idle - before.idle) / (double) passed));
        }
    }

    /** From the first line of {@code /proc/stat} (proc(5)). */
    static CpuTimes cpuTimes(String stat) {
        String line = stat.lines().findFirst().orElse("");
        if (!line.startsWith("cpu ")) {
            throw new IllegalArgumentException("not /proc/stat: " + line);
        }
        List<Long> times = List.of(line.substring(4).strip().split(" +")).stream()
                .limit(COUNTED_FIELDS)
                .map(Long::valueOf)
                .toList();
        return new CpuTimes(
                times.get(IDLE) + times.get(IO_WAIT),
                times.stream().mapToLong(Long::longValue).sum());
    }

    /** A line of {@code /proc/meminfo}, such as {@code MemAvailable}, in MiB. */
    static long memoryMib(String meminfo, String name) {
        return meminfo.lines()
                .filter(line -> line.startsWith(name + ":"))
                .findFirst()
                .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
                .orElseThrow(() -> new IllegalArgumentException("no " + name + " in /proc/meminfo"));
    }
}
