package dev.persys.scheduler;

import dev.persys.model.ClusterId;
import dev.persys.model.WorkloadId;
import dev.persys.protocol.AgentClient;
import dev.persys.scheduler.secrets.SecretValues;
import dev.persys.store.StateStore;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the control plane's actors take from outside, so that all of it can run under a virtual clock.
 *
 * @param clock labels what is stored and shown; jumps when somebody sets it
 * @param ticker measures how much time has passed
 * @param workloadIds makes a new id each time
 * @param owner names this scheduler to people who look who leads
 * @param clusterIdIfNew becomes the cluster's identity where the store has none
 * @param documents where the leader says which documents there are
 * @param secrets opens what workloads are given
 */
public record SchedulerEnvironment(
        StateStore store,
        AgentClient agents,
        InstantSource clock,
        Ticker ticker,
        Supplier<WorkloadId> workloadIds,
        String owner,
        ClusterId clusterIdIfNew,
        SchedulerSettings settings,
        PublishedDocuments documents,
        SecretValues secrets) {

    /** With documents that nobody but the control plane looks at, and nothing to open secrets with. */
    public SchedulerEnvironment(
            StateStore store,
            AgentClient agents,
            InstantSource clock,
            Ticker ticker,
            Supplier<WorkloadId> workloadIds,
            String owner,
            ClusterId clusterIdIfNew,
            SchedulerSettings settings) {
        this(store, agents, clock, ticker, workloadIds, owner, clusterIdIfNew, settings, new PublishedDocuments());
    }

    /** With nothing to open secrets with. */
    public SchedulerEnvironment(
            StateStore store,
            AgentClient agents,
            InstantSource clock,
            Ticker ticker,
            Supplier<WorkloadId> workloadIds,
            String owner,
            ClusterId clusterIdIfNew,
            SchedulerSettings settings,
            PublishedDocuments documents) {
        this(
                store,
                agents,
                clock,
                ticker,
                workloadIds,
                owner,
                clusterIdIfNew,
                settings,
                documents,
                new SecretValues(documents, Optional.empty(), false));
    }
}
