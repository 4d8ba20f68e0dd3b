package dev.persys.agent;

import dev.persys.model.Resources;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** What the machine is and how much of it is free. No call blocks. */
public interface HostProbe {
    /** Fails where the machine cannot be told; the container engine being away is no such reason. */
    CompletionStage<Host> host();

    /** What is free just now, less what is reserved. */
    CompletionStage<Resources> available();

    /**
     * The machine.
     *
     * @param total less what is reserved
     * @param engineVersion absent where the engine did not answer: then the other figures are the machine's own
     * @param engineId what the engine calls itself; absent where it did not answer or does not say
     */
    record Host(
            String ipAddress,
            String hostname,
            Resources total,
            String os,
            String kernel,
            String architecture,
            Optional<String> engineVersion,
            Optional<String> engineId) {}
}
