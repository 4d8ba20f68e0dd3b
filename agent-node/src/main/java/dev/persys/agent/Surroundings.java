package dev.persys.agent;

import akka.actor.typed.ActorRef;
import dev.persys.model.NodeId;
import dev.persys.runtime.ContainerAccess;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;

/**
 * What every workload's actor on this node uses.
 *
 * @param startAttempts to make and start one container before its order fails
 * @param nanos a clock that only ever grows
 * @param awaited whose first start waits for a session
 * @param prober asks containers whether they do what they should
 * @param allowed what workloads may touch of this node
 * @param hostPaths tells where its paths lead
 */
record Surroundings(
        NodeId nodeId,
        OwnContainers runtime,
        ContainerAccess access,
        ActorRef<ImagePuller.Command> puller,
        ActorRef<EventFeed.Command> feed,
        ActorRef<ContainerManager.Command> manager,
        Backoff backoff,
        int startAttempts,
        RandomGenerator random,
        LongSupplier nanos,
        AwaitedSessions awaited,
        Prober prober,
        Allowed allowed,
        HostPaths hostPaths) {}
