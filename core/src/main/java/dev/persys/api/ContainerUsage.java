package dev.persys.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * What a running container uses.
 *
 * @param at when that was read, as RFC 3339 has it
 * @param cpuPercent of one core, in the second before: two busy cores are 200
 * @param throttledPercent of the kernel's periods in which it was held back because of its limit of CPU
 * @param memory bytes that cannot be had back at once: what it uses without files that are merely cached
 * @param memoryLimit bytes; the machine's memory where there is none
 * @param networkReceived bytes since its start, on all its networks; 0 where it has the machine's
 * @param networkSent as {@code networkReceived}
 * @param blockRead bytes since its start
 * @param blockWritten as {@code blockRead}
 * @param processes threads and processes, as the kernel counts them
 */
public record ContainerUsage(
        @JsonProperty("at") String at,
        @JsonProperty("cpuPercent") double cpuPercent,
        @JsonProperty("throttledPercent") double throttledPercent,
        @JsonProperty("memory") long memory,
        @JsonProperty("memoryLimit") long memoryLimit,
        @JsonProperty("networkReceived") long networkReceived,
        @JsonProperty("networkSent") long networkSent,
        @JsonProperty("blockRead") long blockRead,
        @JsonProperty("blockWritten") long blockWritten,
        @JsonProperty("processes") long processes) {}
