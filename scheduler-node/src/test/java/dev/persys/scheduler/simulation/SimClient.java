package dev.persys.scheduler.simulation;

import dev.persys.api.NodeView;
import dev.persys.api.WorkloadView;
import dev.persys.model.HealthCheck;
import dev.persys.model.Limits;
import dev.persys.model.OnUnhealthy;
import dev.persys.model.PortMapping;
import dev.persys.model.ProofTerms;
import dev.persys.model.Protocol;
import dev.persys.model.PullPolicy;
import dev.persys.model.Resources;
import dev.persys.model.RestartPolicy;
import dev.persys.model.Workload;
import dev.persys.model.WorkloadId;
import dev.persys.model.WorkloadSpec;
import dev.persys.model.WorkloadType;
import dev.persys.protocol.Origin;
import dev.persys.protocol.Reply;
import dev.persys.protocol.SchedulerProtocol;
import dev.persys.protocol.SchedulerProtocol.Accepted;
import dev.persys.protocol.SchedulerProtocol.NodeAction;
import dev.persys.protocol.SchedulerProtocol.WorkloadAction;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The people: schedule, change, stop, start, restart and delete workloads, drain and remove nodes, and ask again. */
final class SimClient {
    private static final List<RestartPolicy> POLICIES = List.of(
            RestartPolicy.NEVER,
            RestartPolicy.of("always"),
            RestartPolicy.of("on-failure:2"),
            RestartPolicy.of("unless-stopped"));
    private static final List<WorkloadAction> ACTIONS = List.of(WorkloadAction.values());
    private static final List<NodeAction> NODE_ACTIONS =
            List.of(NodeAction.DRAIN, NodeAction.ACTIVATE, NodeAction.ACTIVATE, NodeAction.DELETE);
    private static final List<Resources> SIZES =
            List.of(new Resources(500, 256), new Resources(1_000, 512), new Resources(2_000, 1_024));

    /** One wish for a workload, under one key, for as long as it is not answered. */
    private record Wish(Optional<String> key, WorkloadSpec spec) {}

    private final Simulation sim;
    private final List<Wish> wishes = new ArrayList<>();
    private final List<WorkloadId> known = new ArrayList<>();
    private int requests;

    SimClient(Simulation sim) {
        this.sim = sim;
    }

    /** Asks for something, and comes again. */
    void begin() {
        sim.after(pause(), "", () -> {
            if (sim.isFaulty()) {
                act();
                begin();
            }
        });
    }

    private Duration pause() {
        return sim.chance().between(Duration.ZERO, sim.profile().pause().multipliedBy(2));
    }

    private void act() {
        if (requests >= sim.profile().requests()) {
            return;
        }
        int choice = sim.chance().below(20);
        if (choice < 7 || known.isEmpty()) {
            schedule(newWish());
        } else if (choice < 9) {
            schedule(sim.chance().of(wishes));
        } else if (choice < 12) {
            changeSpec(sim.chance().of(known));
        } else if (choice < 18) {
            change(sim.chance().of(known), sim.chance().of(ACTIONS));
        } else {
            change(sim.chance().of(sim.nodes()), sim.chance().of(NODE_ACTIONS));
        }
    }

    private String nextRequest() {
        requests++;
        return "request-" + requests;
    }

    private String image() {
        if (sim.chance().oneIn(15)) {
            return SimTask.NO_IMAGE + "image";
        }
        if (sim.chance().oneIn(10)) {
            return SimTask.SICK + "image";
        }
        int crashing = sim.profile().has(SimTrouble.CLOCKS) ? 3 : 12;
        return sim.chance().oneIn(crashing) ? SimTask.CRASHING + "image" : "nginx";
    }

    private Wish newWish() {
        int number = wishes.size() + 1;
        WorkloadSpec spec = spec("job-" + number, image());
        Wish wish = new Wish(sim.chance().oneIn(8) ? Optional.empty() : Optional.of("key-" + number), spec);
        wishes.add(wish);
        return wish;
    }

    private WorkloadSpec spec(String name, String image) {
        SimChance chance = sim.chance();
        WorkloadSpec plain = WorkloadSpec.of(name, image);
        List<PortMapping> ports = chance.oneIn(3)
                ? List.of(
                        new PortMapping(Optional.empty(), 80, Optional.of(chance.between(8_080, 8_081)), Protocol.TCP))
                : List.of();
        return new WorkloadSpec(
                plain.name(),
                WorkloadType.DOCKER_CONTAINER,
                plain.image(),
                List.of(),
                List.of(),
                List.of(),
                Map.of(),
                chance.of(SIZES),
                Limits.NONE,
                ports,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                policy(plain.image()),
                Map.of(),
                chance.oneIn(6) ? Map.of("disk", "ssd") : Map.of(),
                WorkloadSpec.DEFAULT_STOP_GRACE_PERIOD,
                PullPolicy.MISSING,
                Optional.empty(),
                check(plain.image()));
    }

    /** None of its images' own; what is told of it is what its node finds. */
    private Optional<HealthCheck> check(String image) {
        if (!image.startsWith(SimTask.SICK) && !sim.chance().oneIn(4)) {
            return Optional.empty();
        }
        return Optional.of(new HealthCheck(
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of(List.of("check")),
                        false,
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        sim.chance().oneIn(2) ? OnUnhealthy.RESTART : OnUnhealthy.REPORT)
                .whole());
    }

    /** What can never be had and is always wanted is never at rest. */
    private RestartPolicy policy(String image) {
        if (image.startsWith(SimTask.NO_IMAGE)) {
            return RestartPolicy.of("on-failure:2");
        }
        return image.startsWith(SimTask.CRASHING)
                ? RestartPolicy.of("always")
                : sim.chance().of(POLICIES);
    }

    private void schedule(Wish wish) {
        sim.anyScheduler().ifPresent(to -> {
            String request = nextRequest();
            sim.trace()
                    .line(
                            "client",
                            request,
                            " to ",
                            to.name(),
                            ": schedule ",
                            wish.key().orElse("without a key"));
            sim.promises().asked(request, Optional.empty());
            sim.network()
                    .<Reply<Accepted>>ask(
                            to,
                            wish.key().isPresent(),
                            reply -> new SchedulerProtocol.Schedule(
                                    wish.spec(), wish.key(), new Origin(request, "client"), reply),
                            reply -> onScheduled(request, wish, reply));
        });
    }

    private void onScheduled(String request, Wish wish, Reply<Accepted> reply) {
        sim.trace().line("client", request, " answered: ", reply);
        if (reply instanceof Reply.Ok<Accepted> ok) {
            WorkloadId id = ok.value().workload().workload().id();
            sim.promises().accepted(wish.key(), ok.value());
            if (!known.contains(id)) {
                known.add(id);
                if (sim.profile().has(SimTrouble.LATE_COMMITS) && sim.chance().oneIn(2)) {
                    sim.after(sim.chance().millis(0, 2_000), "", () -> change(id, WorkloadAction.DELETE));
                }
            }
        }
    }

    private void change(WorkloadId id, WorkloadAction action) {
        sim.anyScheduler().ifPresent(to -> {
            String request = nextRequest();
            sim.trace().line("client", request, " to ", to.name(), ": ", action, " ", id);
            sim.promises().asked(request, Optional.of(new SimPromises.Asked(id, action)));
            sim.network()
                    .<Reply<WorkloadView>>ask(
                            to,
                            action != WorkloadAction.START && action != WorkloadAction.RESTART,
                            reply -> new SchedulerProtocol.ChangeWorkload(
                                    id.value(), action, Optional.empty(), new Origin(request, "client"), reply),
                            reply -> {
                                sim.trace().line("client", request, " answered: ", reply);
                                if (reply instanceof Reply.Ok<WorkloadView> ok) {
                                    sim.promises().changed(id, action, ok.value());
                                }
                            });
        });
    }

    /** By another specification of the same name; now and then back to the one before. */
    private void changeSpec(WorkloadId id) {
        Optional<Workload> is = sim.promises().workload(id);
        Optional<SimProcess> scheduler = sim.anyScheduler();
        if (is.isEmpty() || scheduler.isEmpty()) {
            return;
        }
        SimProcess to = scheduler.get();
        ProofTerms terms = new ProofTerms(
                !sim.chance().oneIn(4), sim.chance().millis(0, sim.chance().oneIn(2) ? 1_000 : 10_000));
        String image = sim.chance().of(List.of("nginx:2", SimTask.SICK + "image:2", image()));
        WorkloadSpec next = spec(is.get().spec().name(), image);
        boolean undo = sim.chance().oneIn(4);
        boolean mayMove = sim.chance().oneIn(2);
        String request = nextRequest();
        sim.trace().line("client", request, " to ", to.name(), ": ", undo ? "undo" : "change", " ", id, " ", next);
        // It asks for no other thing to be wanted of it than before.
        sim.promises().asked(request, Optional.of(new SimPromises.Asked(id, WorkloadAction.START)));
        sim.network()
                .<Reply<WorkloadView>>ask(
                        to,
                        false,
                        reply -> undo
                                ? new SchedulerProtocol.UndoSpec(
                                        id.value(), terms, Optional.empty(), new Origin(request, "client"), reply)
                                : new SchedulerProtocol.ChangeSpec(
                                        id.value(),
                                        next,
                                        terms,
                                        mayMove,
                                        Optional.empty(),
                                        new Origin(request, "client"),
                                        reply),
                        reply -> {
                            sim.trace().line("client", request, " answered: ", reply);
                            if (reply instanceof Reply.Ok<WorkloadView> ok) {
                                sim.promises().changed(id, WorkloadAction.START, ok.value());
                            }
                        });
    }

    private void change(SimNode node, NodeAction action) {
        sim.anyScheduler().ifPresent(to -> {
            String request = nextRequest();
            sim.trace().line("client", request, " to ", to.name(), ": ", action, " ", node.id());
            sim.network()
                    .<Reply<NodeView>>ask(
                            to,
                            false,
                            reply -> new SchedulerProtocol.ChangeNode(
                                    node.id(), action, Optional.empty(), new Origin(request, "client"), reply),
                            reply -> {
                                sim.trace().line("client", request, " answered: ", reply);
                                if (reply instanceof Reply.Ok<NodeView> ok) {
                                    sim.promises().changed(action, ok.value());
                                }
                            });
        });
    }
}
