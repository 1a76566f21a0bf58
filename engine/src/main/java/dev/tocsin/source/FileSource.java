package dev.tocsin.source;

import dev.tocsin.source.FileLines.Line;
import dev.tocsin.source.Received.Refused;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * Reads files line by line. One virtual thread looks for files, reads each on in turn, and hands over lines together
 * with the file's cursor, which the log writes in the same transaction: after a crash reading resumes exactly behind the
 * last durable line.
 */
public final class FileSource implements Source {
    private static final Duration DRAIN = Duration.ofSeconds(30);
    /** Beyond so many files each is opened and closed for its turn; then a rename out of sight can lose its end. */
    private static final int OPEN_MAX = 1000;
    /** A file that grows as fast as we read must not keep us from the others. */
    private static final int TURNS_MAX = 64;

    private final String name;
    private final FileSourceConfig config;
    private final Collector collector;
    private final FileCursors cursors;
    private final Globs globs;
    private final Backlog backlog;
    private final Tally tally;
    private final Feed feed;
    private final Map<Object, TailedFile> files = new LinkedHashMap<>();
    private final byte[] buffer;
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile String state = "stopped";
    private volatile boolean failing;

    /** @param saved the cursors that the log has, by name; those of other sources are ignored */
    public FileSource(String name, FileSourceConfig config, Collector collector, Map<String, String> saved) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        cursors = new FileCursors(name, saved);
        globs = new Globs(config.paths());
        backlog = new Backlog(config.inFlightMax());
        tally = new Tally(collector::now);
        feed = new Feed(config.customer(), name, config.format(), config.logsource(), "file");
        buffer = new byte[Math.max(1 << 20, (int) config.lineMax().bytes() + 2)];
        thread = Thread.ofVirtual().name("file-" + name).unstarted(this::run);
    }

    @Override
    public void start() {
        state = "running";
        thread.start();
    }

    private void run() {
        try {
            boolean finished = false;
            while (!finished) {
                Set<String> trouble = new HashSet<>();
                look(trouble);
                boolean more = readAll(trouble);
                failing = !trouble.isEmpty();
                tally.error(trouble.stream().sorted().limit(3).collect(Collectors.joining("; ")));
                boolean complete = files.values().stream().allMatch(TailedFile::isAtEnd);
                finished = config.oneshot() && complete && !failing
                        || closing.await(more ? 0 : config.scan().toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            files.values().forEach(f -> close(f, new HashSet<>()));
            if (!backlog.drained(DRAIN)) {
                tally.error("stopped while lines were not durable yet; they will be read again");
            } else if (config.oneshot() && files.isEmpty()) {
                tally.error("no file matches " + address());
            }
            state = "stopped";
        }
    }

    /** Finds out which files there are now, and what became of those that we know. */
    private void look(Set<String> trouble) {
        Map<Object, Globs.Found> found = new LinkedHashMap<>();
        globs.find(trouble::add).forEach(f -> found.put(f.physical(), f));
        Instant now = collector.now();
        Iterator<Map.Entry<Object, TailedFile>> known = files.entrySet().iterator();
        while (known.hasNext()) {
            Map.Entry<Object, TailedFile> entry = known.next();
            if (!found.containsKey(entry.getKey())) {
                entry.getValue().unseen();
                if (entry.getValue().isGone(now)) {
                    close(entry.getValue(), trouble);
                    known.remove();
                }
            }
        }
        found.forEach((physical, f) -> {
            TailedFile file = files.computeIfAbsent(physical, _ -> new TailedFile(config, cursors, f, now));
            try {
                file.seen(f, now);
            } catch (IOException e) {
                trouble.add(f.path() + ": " + e.getMessage());
            }
        });
    }

    /** Reads each file to its end or for a while, older ones first. @return whether one had more */
    private boolean readAll(Set<String> trouble) {
        boolean more = false;
        for (TailedFile file : files.values()) {
            boolean again = closing.getCount() > 0 && !file.isAtEnd();
            for (int i = 0; again && i < TURNS_MAX; i++) {
                again = read(file, trouble) && closing.getCount() > 0;
            }
            more |= again;
            boolean rests = config.mode() == FileSourceConfig.Mode.WHOLE && file.isAtEnd();
            if (file.isOpen() && (rests || files.size() > OPEN_MAX)) {
                close(file, trouble);
            }
        }
        return more;
    }

    private boolean read(TailedFile file, Set<String> trouble) {
        try {
            Optional<TailedFile.Turn> turn = file.turn(buffer, () -> cursorsOfOthers(file), collector.now());
            turn.ifPresent(this::give);
            return turn.map(TailedFile.Turn::more).orElse(false);
        } catch (NoSuchFileException _) {
            // Gone since it was found; the next look will see that.
            return false;
        } catch (IOException | RuntimeException e) {
            trouble.add(file.path() + " cannot be read: " + e.getMessage());
            return false;
        }
    }

    private Set<String> cursorsOfOthers(TailedFile file) {
        return files.values().stream().filter(f -> f != file).map(TailedFile::cursorName).flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    private void give(TailedFile.Turn turn) {
        Instant arrival = collector.now();
        List<Received> events = new ArrayList<>(turn.lines().size());
        List<Refused> refused = new ArrayList<>(0);
        long bytes = 0;
        for (Line line : turn.lines()) {
            Frame frame = line.frame();
            bytes += frame.bytes().length;
            String vendorId = JsonSlices.text(frame.bytes(), config.idField());
            Identity identity = vendorId == null ? position(turn, line) : new Identity.Vendor(vendorId);
            Received r = new Received(feed, turn.key(), frame.bytes(), arrival, null, "", null, identity);
            if (frame.cause().isEmpty()) {
                events.add(r);
            } else {
                refused.add(new Refused(r, frame.cause()));
            }
        }
        Backlog.Lease lease = backlog.lease();
        lease.grow(bytes);
        tally.received(turn.lines().size());
        collector.collect(events, refused, cursors.move(turn.cursorName(), turn.cursor()))
                .whenComplete((_, failure) -> {
                    lease.close();
                    if (failure == null) {
                        tally.durable(events.size(), refused.size());
                    }
                });
    }

    private static Identity position(TailedFile.Turn turn, Line line) {
        return new Identity.Position(turn.fingerprint(), line.offset());
    }

    private static void close(TailedFile file, Set<String> trouble) {
        try {
            file.close();
        } catch (IOException e) {
            trouble.add(file.path() + ": " + e.getMessage());
        }
    }

    private String address() {
        return config.paths().stream().map(Path::toString).collect(Collectors.joining(" "));
    }

    @Override
    public SourceStatus status() {
        String now = state;
        if (now.equals("running")) {
            now = failing ? "failing" : backlog.isFull() || collector.refuses() ? "waiting" : "running";
        }
        return tally.status(name, "file", address(), now, 0);
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(DRAIN.plusSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
