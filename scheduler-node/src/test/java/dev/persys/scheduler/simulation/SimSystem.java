package dev.persys.scheduler.simulation;

import akka.actor.BootstrapSetup;
import akka.actor.setup.ActorSystemSetup;
import akka.actor.typed.ActorRef;
import akka.actor.typed.ActorSystem;
import akka.actor.typed.Behavior;
import akka.actor.typed.javadsl.Adapter;
import akka.actor.typed.javadsl.Behaviors;
import akka.stream.SystemMaterializer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import dev.persys.scheduler.leadership.Leader;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** An actor system of which nothing moves by itself: every message and every timer waits for the simulation. */
final class SimSystem implements AutoCloseable {
    private sealed interface Command {}

    private record Spawn(Behavior<Leader.Command> leader, String name, Consumer<ActorRef<Leader.Command>> spawned)
            implements Command {}

    private record Stop(ActorRef<Leader.Command> leader) implements Command {}

    private static final Config CONFIG =
            ConfigFactory.parseString("""
            akka {
              loggers = ["akka.event.slf4j.Slf4jLogger"]
              loglevel = ERROR
              stdout-loglevel = OFF
              log-dead-letters = off
              scheduler.implementation = "dev.persys.scheduler.simulation.SimScheduler"
              jvm-shutdown-hooks = off
              coordinated-shutdown.run-by-jvm-shutdown-hook = off
              stream.materializer.mailbox.mailbox-type = "dev.persys.scheduler.simulation.SimMailbox"
              actor {
                provider = local
                default-dispatcher { type = Dispatcher, executor = "dev.persys.scheduler.simulation.SimExecutor", throughput = 1 }
                internal-dispatcher = ${akka.actor.default-dispatcher}
                default-blocking-io-dispatcher = ${akka.actor.default-dispatcher}
                default-mailbox.mailbox-type = "dev.persys.scheduler.simulation.SimMailbox"
                typed.default-mailbox.mailbox-type = "dev.persys.scheduler.simulation.SimMailbox"
              }
            }
            """).withFallback(ConfigFactory.load()).resolve();

    private static final String GUARDIAN = "/user";

    private final SimDispatch dispatch = new SimDispatch();
    private final SimLog log = new SimLog();
    private final ActorSystem<Command> system;
    private final SimScheduler scheduler;
    private long firstOfRun;

    SimSystem() throws InterruptedException {
        Thread starter = new Thread(this::workOffStart, "simulation-start");
        starter.setDaemon(true);
        starter.start();
        system = ActorSystem.create(
                Behaviors.setup(context -> Behaviors.receive(Command.class)
                        .onMessage(Spawn.class, spawn -> {
                            spawn.spawned().accept(context.spawn(spawn.leader(), spawn.name()));
                            return Behaviors.same();
                        })
                        .onMessage(Stop.class, stop -> {
                            context.stop(stop.leader());
                            return Behaviors.same();
                        })
                        .build()),
                "simulation",
                ActorSystemSetup.create(BootstrapSetup.create(CONFIG), dispatch));
        SystemMaterializer.get(system).materializer();
        dispatch.execute(() -> {
            throw new StartedException();
        });
        starter.join();
        scheduler = (SimScheduler) Adapter.toClassic(system).scheduler();
        dispatch.settle();
    }

    private static final class StartedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private void workOffStart() {
        try {
            while (true) {
                dispatch.takeOfStart().run();
            }
        } catch (StartedException started) {
            dispatch.started();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    SimDispatch dispatch() {
        return dispatch;
    }

    /** From now on everything is of this run. */
    void begin(Simulation sim) {
        scheduler.attach(sim.agenda());
        log.attach(sim);
        firstOfRun = dispatch.lastNumber();
        dispatch.observe(new SimDispatch.Observer() {
            @Override
            public Object sent(String receiver, Object message) {
                Object instead = sim.bug().sent(sim, receiver, message);
                if (instead != message) {
                    sim.promises().hearing().told(receiver, message);
                }
                return instead;
            }

            @Override
            public void handled(String receiver, Object message) {
                sim.promises().hearing().told(receiver, message);
                if (sim.trace().isKept()) {
                    sim.trace().line(actor(receiver), message);
                }
            }
        });
    }

    private static String actor(String path) {
        return path.startsWith("/user/")
                ? path.substring("/user/".length())
                : path.substring(path.lastIndexOf('/') + 1);
    }

    /** Nothing is left of a run whose leaders are buried. */
    void end() {
        log.detach();
        dispatch.observeNobody();
        dispatch.settle();
        scheduler.attach(new SimAgenda());
    }

    /** On which what stands outside the control plane may run its streams. */
    ActorSystem<?> actors() {
        return system;
    }

    /** The same for the same actor in every run of a seed; 0 for those that were there before. */
    long numberInRun(long mailbox) {
        return mailbox <= firstOfRun ? 0 : mailbox - firstOfRun;
    }

    ActorRef<Leader.Command> spawn(Behavior<Leader.Command> leader, String name) {
        List<ActorRef<Leader.Command>> spawned = new ArrayList<>();
        system.tell(new Spawn(leader, name, spawned::add));
        dispatch.drain(GUARDIAN);
        return spawned.get(0);
    }

    /** Ends the leader with all below it, of which nobody hears any more. */
    void bury(ActorRef<Leader.Command> leader, String root) {
        system.tell(new Stop(leader));
        dispatch.drain(GUARDIAN);
        dispatch.bury(root);
        dispatch.drain(GUARDIAN);
    }

    @Override
    public void close() {
        system.terminate();
        dispatch.settle();
        log.close();
    }
}
