package dev.persys.runtime;

/**
 * The machine below a container engine.
 *
 * @param cpus logical processors
 * @param memoryMib all of it
 * @param os the distribution's name
 * @param engineVersion Docker's version
 * @param engineId tells one engine from all others; it outlives restarts, and is empty where the engine does not say
 */
public record HostFacts(
        int cpus,
        long memoryMib,
        String hostname,
        String os,
        String kernel,
        String architecture,
        String engineVersion,
        String engineId) {}
