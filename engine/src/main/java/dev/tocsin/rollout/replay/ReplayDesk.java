package dev.tocsin.rollout.replay;

import dev.tocsin.event.Json;
import dev.tocsin.log.DurableLog;
import dev.tocsin.rollout.parity.Parity;
import dev.tocsin.rollout.parity.Side;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The replays of a node: one at a time, since each takes what CPU it gets; reports of the last ones are kept as files. Any thread
 * may use it.
 */
public final class ReplayDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplayDesk.class);
    private static final int KEPT_MAX = 100;

    private final DurableLog log;
    private final Path directory;
    private final ReplayEngine.Maker maker;
    private final Clock clock;
    private @Nullable Replay current;
    private volatile @Nullable ReplayReport last;
    private long lastRun;
    private boolean closed;

    /**
     * A wanted replay.
     *
     * @param engine that it must be, or null for the node's
     * @param to null for now
     * @param speed how many times faster than the events happened; 0 for as fast as it can
     */
    public record Request(@Nullable String engine, Instant from, @Nullable Instant to, double speed) {
    }

    /** Another one runs. */
    public static final class BusyException extends RuntimeException {
        private static final long serialVersionUID = 1;

        BusyException(String message) {
            super(message);
        }
    }

    /** @param directory where reports are kept; made when it is not there */
    public ReplayDesk(DurableLog log, Path directory, ReplayEngine.Maker maker, Clock clock) {
        this.log = log;
        this.directory = directory;
        this.maker = maker;
        this.clock = clock;
    }

    /**
     * Starts one.
     *
     * @throws BusyException when one runs
     * @throws IllegalArgumentException when it makes no sense, or this node has not that engine
     * @throws dev.tocsin.log.LogException when the log cannot be used
     */
    public synchronized ReplayReport start(Request request, String who) {
        if (closed) {
            throw new BusyException("the node stops");
        }
        if (current != null && !current.report().isOver()) {
            throw new BusyException("replay " + current.report().run() + " runs; cancel it or wait for its end");
        }
        Instant now = clock.instant();
        Instant to = request.to == null || request.to.isAfter(now) ? now : request.to;
        if (!request.from.isBefore(to)) {
            throw new IllegalArgumentException("from is not before " + (request.to == null ? "now" : "to"));
        }
        if (!(request.speed >= 0 && request.speed <= 1e9)) {
            throw new IllegalArgumentException("speed is max or a number above 0");
        }
        lastRun = Math.max(lastRun + 1, now.toEpochMilli());
        String run = Long.toString(lastRun, 36);
        ReplayEngine engine = maker.engine(run);
        if (request.engine != null && !request.engine.equalsIgnoreCase(engine.name())) {
            throw new IllegalArgumentException("this node runs engine " + engine.name() + "; ask one that runs "
                    + request.engine);
        }
        LOG.info("{} replays engine {} from {} to {} as {}", who, engine.name(), request.from, to, run);
        current = new Replay(new Replay.Order(run, request.from, to, request.speed, who, now), engine, log, this::keep);
        return current.report();
    }

    /** Newest first; the one that runs, if any, is the first. */
    public synchronized List<ReplayReport> list() {
        List<ReplayReport> all = new ArrayList<>(kept());
        if (current != null) {
            ReplayReport now = current.report();
            all.removeIf(r -> r.run().equals(now.run()));
            all.addFirst(now);
        }
        return all;
    }

    public Optional<ReplayReport> find(String run) {
        return list().stream().filter(r -> r.run().equals(run)).findFirst();
    }

    /** The one that runs, or ran last since the start. */
    public synchronized Optional<ReplayReport> latest() {
        return Optional.ofNullable(current == null ? last : current.report());
    }

    /** Stops the replay if it runs. @return whether it is known */
    public boolean cancel(String run) {
        Replay running;
        synchronized (this) {
            running = current;
        }
        if (running != null && running.report().run().equals(run)) {
            running.cancel();
            return true;
        }
        return find(run).isPresent();
    }

    /** For comparisons: what a finished replay covers. */
    public Optional<Parity.Span> span(Side side) {
        return find(side.run()).filter(r -> r.state().equals(ReplayReport.DONE)
                && r.engine().toLowerCase(Locale.ROOT).equals(side.engine()))
                .map(r -> new Parity.Span(r.from(), r.to()));
    }

    private void keep(ReplayReport report) {
        last = report;
        try {
            Files.createDirectories(directory);
            Path file = directory.resolve(report.run() + ".json");
            Path written = directory.resolve(report.run() + ".tmp");
            Files.write(written, Json.mapper().writeValueAsBytes(report));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
            for (Path old : files().stream().skip(KEPT_MAX).toList()) {
                Files.deleteIfExists(old);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("the report of replay {} is not kept: {}", report.run(), e.getMessage());
        }
    }

    /** Newest first: a run is called by when it began. */
    private List<Path> files() {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.getFileName().toString().matches("[0-9a-z]+\\.json"))
                    .sorted(Comparator.comparing((Path f) -> f.getFileName().toString()).reversed()).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ReplayReport> kept() {
        List<ReplayReport> reports = new ArrayList<>();
        for (Path file : files()) {
            try {
                reports.add(Json.mapper().readValue(Files.readAllBytes(file), ReplayReport.class));
            } catch (IOException | JacksonException e) {
                LOG.debug("{} is no report", file, e);
            }
        }
        return reports;
    }

    /** Cancels the one that runs and waits for its end. To be called before the log is closed. */
    @Override
    public void close() {
        Replay running;
        synchronized (this) {
            closed = true;
            running = current;
        }
        if (running != null) {
            running.close();
        }
    }
}
