package dev.tocsin.node.control;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands on what this process logs at WARN and above, without waiting. What was taken over from other nodes is left out, so
 * that lines do not go in circles.
 */
final class LogCapture extends UnsynchronizedAppenderBase<ILoggingEvent> implements AutoCloseable {
    /** Comes with every try to reach a node that is away; that it went is told once. */
    private static final String AGAIN = "peer_unavailable ";
    private static final int MESSAGE_LENGTH_MAX = 4_000;

    private final String node;
    private final String except;
    private final Consumer<LogLine> to;

    /**
     * @param except name of the logger that is left out
     * @param to must not wait
     */
    LogCapture(String node, String except, Consumer<LogLine> to) {
        this.node = node;
        this.except = except;
        this.to = to;
        setName("fabric");
    }

    /** From now on, if this process logs by Logback. */
    LogCapture begin() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            setContext(logback);
            start();
            logback.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(this);
        }
        return this;
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (event.getLevel().isGreaterOrEqual(Level.WARN) && !event.getLoggerName().equals(except)
                && !event.getFormattedMessage().startsWith(AGAIN)) {
            IThrowableProxy thrown = event.getThrowableProxy();
            String message = event.getFormattedMessage() + (thrown == null
                    ? ""
                    : ": " + thrown.getClassName() + ": " + thrown.getMessage());
            String logger = event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1);
            to.accept(new LogLine(event.getInstant(), node, event.getLevel().toString(), logger, message.substring(0,
                    Math.min(MESSAGE_LENGTH_MAX, message.length()))));
        }
    }

    @Override
    public void close() {
        if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logback) {
            logback.getLogger(Logger.ROOT_LOGGER_NAME).detachAppender(this);
            stop();
        }
    }
}
