package dev.persys.scheduler.simulation;

import akka.dispatch.DispatcherPrerequisites;
import akka.dispatch.ExecutorServiceConfigurator;
import akka.dispatch.ExecutorServiceFactory;
import com.typesafe.config.Config;
import java.util.List;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;

/** Hands a dispatcher's work to {@link SimDispatch}. Named in the configuration, which is why it has this constructor. */
final class SimExecutor extends ExecutorServiceConfigurator {
    private final SimDispatch dispatch;

    /** Called by Akka. */
    SimExecutor(Config config, DispatcherPrerequisites prerequisites) {
        super(config, prerequisites);
        dispatch = prerequisites.settings().setup().get(SimDispatch.class).orElseThrow();
    }

    @Override
    public ExecutorServiceFactory createExecutorServiceFactory(String id, ThreadFactory threads) {
        return () -> new Service(dispatch);
    }

    private static final class Service extends AbstractExecutorService {
        private final SimDispatch dispatch;
        private boolean shutdown;

        Service(SimDispatch dispatch) {
            this.dispatch = dispatch;
        }

        @Override
        public void execute(Runnable command) {
            dispatch.execute(command);
        }

        @Override
        public void shutdown() {
            shutdown = true;
        }

        @Override
        public List<Runnable> shutdownNow() {
            shutdown = true;
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return shutdown;
        }

        @Override
        public boolean isTerminated() {
            return shutdown;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return shutdown;
        }
    }
}
