package dev.persys.scheduler.simulation;

import akka.actor.typed.DeathPactException;
import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.slf4j.LoggerFactory;

/** What the product logs: part of the trace where there is one; and an exception in an actor breaks a promise. */
final class SimLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
    private static final String PRODUCT = "dev.persys";

    private final Logger root;
    private final Logger product;
    private final Level rootLevel;
    private final Level productLevel;
    private final List<Appender<ILoggingEvent>> others = new ArrayList<>();
    private Optional<Simulation> run = Optional.empty();

    /** Takes the log over until it is closed. */
    SimLog() {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        product = context.getLogger(PRODUCT);
        rootLevel = root.getLevel();
        productLevel = product.getLevel();
        for (Iterator<Appender<ILoggingEvent>> all = root.iteratorForAppenders(); all.hasNext(); ) {
            others.add(all.next());
        }
        others.forEach(root::detachAppender);
        setContext(context);
        start();
        root.addAppender(this);
        levels(Level.ERROR);
    }

    private void levels(Level level) {
        root.setLevel(level);
        product.setLevel(level);
    }

    void attach(Simulation sim) {
        run = Optional.of(sim);
        levels(sim.trace().isKept() ? Level.INFO : Level.ERROR);
    }

    void detach() {
        run = Optional.empty();
        levels(Level.ERROR);
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (run.isEmpty()) {
            return;
        }
        Simulation sim = run.get();
        sim.trace().line("log", event.getLevel(), " ", event.getFormattedMessage());
        // A child that was made to fail takes its parent along: that is what it is for.
        if (event.getThrowableProxy() != null
                && !event.getThrowableProxy().getClassName().equals(DeathPactException.class.getName())) {
            sim.failed(event.getThrowableProxy().getClassName() + ": "
                    + event.getThrowableProxy().getMessage());
        }
    }

    @Override
    public void close() {
        root.detachAppender(this);
        others.forEach(root::addAppender);
        root.setLevel(rootLevel);
        product.setLevel(productLevel);
    }
}
