package dev.persys.agent;

import dev.persys.model.HealthCheck;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** Asks containers from outside whether they do what they should. */
interface Prober {
    /**
     * Carries {@code check} out once, which is one of those that are the agent's ({@link HealthCheck#isOfAgent}).
     *
     * @param address of the container; absent where it has none
     * @return empty where it was good, else what was not, in words for people; never fails, and takes no longer than the
     *     check's timeout once it has begun
     */
    CompletionStage<Optional<String>> probe(HealthCheck check, Optional<String> address);
}
