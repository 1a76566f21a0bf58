package dev.tocsin.sink;

import dev.tocsin.base.Problem;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Appends each event or alert as a line, such as JSON, to a file, exactly once; see {@link RotatingFile} for how. One file for each
 * partition, since each partition commits for itself: {@code alerts.jsonl} if the stream has one, else {@code
 * alerts-p0.jsonl}, {@code alerts-p1.jsonl}, … The order within a file is that of the partition.
 *
 * <p>Who reads a file while it is written may see lines of a commit that is still to fail; they are cut off and written
 * again. Files that were set aside, {@code path.<number>}, hold committed lines only.
 */
public final class FileSink implements Stage {
    private static final long NOT_EXCLUSIVE = 0;

    private final FileSinkConfig config;
    private final int partitions;
    private final String node;
    private final Consumer<Problem> alarms;
    private final Disk disk;
    private final long epoch;
    private final LineFormat format;
    /** Of each partition; outlives the file being closed and opened again. */
    private final TreeMap<Integer, FileOwner> owners = new TreeMap<>();
    private final TreeMap<Integer, RotatingFile> files = new TreeMap<>();

    /**
     * @param partitions of the stream
     * @param node this node's name: files stay when a partition moves
     * @param alarms told of files that others touched; called by the worker
     */
    public FileSink(FileSinkConfig config, int partitions, String node, Consumer<Problem> alarms) {
        this(config, partitions, node, alarms, new LocalDisk(), NOT_EXCLUSIVE);
    }

    /**
     * For a writer that takes the file over from another process of this machine, which may only be paused: nothing that
     * the other one still writes gets into the file.
     *
     * @param machine name of this machine: the state goes to whoever takes over, and files of other machines stay there
     * @param epoch higher than that of every writer before, such as the number of a lease
     */
    public static FileSink exclusive(FileSinkConfig config, int partitions, String machine, long epoch,
            Consumer<Problem> alarms) {
        if (epoch <= NOT_EXCLUSIVE) {
            throw new IllegalArgumentException("the epoch of a writer is above 0, not " + epoch);
        }
        return new FileSink(config, partitions, machine, alarms, new LocalDisk(), epoch);
    }

    FileSink(FileSinkConfig config, int partitions, String node, Consumer<Problem> alarms, Disk disk) {
        this(config, partitions, node, alarms, disk, NOT_EXCLUSIVE);
    }

    private FileSink(FileSinkConfig config, int partitions, String node, Consumer<Problem> alarms, Disk disk,
            long epoch) {
        this.epoch = epoch;
        this.config = config;
        this.partitions = partitions;
        this.node = node;
        this.alarms = alarms;
        this.disk = disk;
        this.format = LineFormat.of(config.format(), false);
    }

    /** @throws UncheckedIOException when the file cannot be opened; to be tried again later */
    @Override
    public void assigned(int partition, State state) {
        revoked(partition);
        FileOwner owner = epoch == NOT_EXCLUSIVE
                ? FileOwner.ALONE
                : owners.computeIfAbsent(partition, p -> FileOwner.of(path(p), epoch));
        RotatingFile file = new RotatingFile(disk, path(partition), owner, config, state, "file/" + node, alarms);
        try {
            file.recover();
        } catch (IOException e) {
            release(file);
            throw new UncheckedIOException("cannot take up " + path(partition) + ": " + e.getMessage(), e);
        }
        files.put(partition, file);
    }

    @Override
    public void revoked(int partition) {
        RotatingFile file = files.remove(partition);
        if (file != null) {
            release(file);
        }
    }

    private static void release(RotatingFile file) {
        try {
            file.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot close " + file, e);
        }
    }

    @Override
    public void handle(int partition, List<Event> events, Output out) {
        RotatingFile file = files.get(partition);
        if (file == null) {
            throw new IllegalStateException("partition " + partition + " was not assigned");
        }
        ByteArrayOutputStream lines = new ByteArrayOutputStream();
        for (Event event : events) {
            lines.writeBytes(format.line(event));
            lines.write('\n');
            out.done(event);
        }
        // The loop would have taken the partition up anew if the commit after the last flush had failed.
        file.committed();
        file.append(lines.toByteArray());
    }

    @Override
    public void flush(Commit commit) throws IOException {
        for (RotatingFile file : files.values()) {
            file.flush();
        }
    }

    /** Alerts at once; for events an fsync of each batch would cost more than it is worth. */
    @Override
    public Duration commitInterval() {
        return config.stream().commitInterval();
    }

    @Override
    public void close() {
        List.copyOf(files.keySet()).forEach(this::revoked);
    }

    private Path path(int partition) {
        Path path = config.path().toAbsolutePath().normalize();
        if (partitions == 1) {
            return path;
        }
        String name = path.getFileName().toString();
        int dot = name.lastIndexOf('.');
        int end = dot > 0 ? dot : name.length();
        return path.resolveSibling(name.substring(0, end) + "-p" + partition + name.substring(end));
    }
}
