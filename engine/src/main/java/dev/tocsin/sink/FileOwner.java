package dev.tocsin.sink;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whose a file is, when one process may take it over from another that was only paused and does not know it.
 *
 * <p>Each owner has a number that rises; the highest stands in {@code path.owner}. Whatever is done by name (taking over,
 * setting aside, removing) is done under the lock of {@code path.lock} after a look at that number: a former owner that
 * wakes up is refused. What is done by descriptor, appending, cannot be refused; so whoever takes over puts a new file
 * with the committed bytes in the old one's place, and the former owner appends to a file without a name.
 *
 * <p>A process that is paused in the middle of such a step holds the lock; nobody takes over until it goes on or ends.
 */
final class FileOwner {
    /** For a file that nobody takes over while its owner lives. */
    static final FileOwner ALONE = new FileOwner(null, 0);
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final @Nullable Path path;
    private final long epoch;
    private boolean taken;

    /** One step of the file's life. */
    interface Step {
        void run() throws IOException;
    }

    private FileOwner(@Nullable Path path, long epoch) {
        this.path = path;
        this.epoch = epoch;
    }

    /** @param epoch higher than that of every owner before */
    static FileOwner of(Path path, long epoch) {
        return new FileOwner(path, epoch);
    }

    /** @throws IOException when a later owner is there, or another process is in the middle of a step */
    void guarded(Step step) throws IOException {
        Path file = path;
        if (file == null) {
            step.run();
            return;
        }
        Files.createDirectories(directory(file));
        try (FileChannel channel = FileChannel.open(beside(file, ".lock"), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE); FileLock lock = lock(channel, file)) {
            if (!lock.isValid()) {
                throw new IOException("the lock of " + file + " was lost");
            }
            check(file);
            step.run();
        }
    }

    private static FileLock lock(FileChannel channel, Path file) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                FileLock lock = channel.tryLock();
                if (lock != null) {
                    return lock;
                }
            } catch (OverlappingFileLockException _) {
                // Another sink of this process has it.
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("another process is changing " + file + ", or was paused while it did");
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while waiting for " + file);
            }
        }
    }

    private void check(Path file) throws IOException {
        Path owner = beside(file, ".owner");
        String text = Files.exists(owner) ? Files.readString(owner).strip() : "0";
        if (!text.matches("\\d{1,18}")) {
            throw new IOException(owner + " does not hold a number; remove it if nothing else writes to " + file);
        }
        long highest = Long.parseLong(text);
        if (highest > epoch) {
            throw new IOException(file + " was taken over: its owner has the number " + highest + ", this one " + epoch
                    + "; remove " + owner + " if the numbers have begun anew");
        }
        if (highest < epoch) {
            write(owner, ByteBuffer.wrap(Long.toString(epoch).getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static void write(Path file, ByteBuffer bytes) throws IOException {
        Path fresh = beside(file, ".fresh");
        try (FileChannel out = FileChannel.open(fresh, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE)) {
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /**
     * Puts a new file with these first bytes, or as many as there are, in the place of the one that is there; once.
     * To be called in a guarded step.
     */
    void takeOver(Disk disk, long length) throws IOException {
        Path file = path;
        if (file == null || taken) {
            return;
        }
        if (Files.exists(file)) {
            Path fresh = beside(file, ".taken");
            Files.deleteIfExists(fresh);
            // Made by the disk, so that it has the same permissions.
            disk.open(fresh).close();
            try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ);
                    FileChannel out = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
                long end = Math.min(length, in.size());
                for (long at = 0; at < end;) {
                    at += in.transferTo(at, end - at, out);
                }
                out.force(true);
            }
            disk.move(fresh, file);
            disk.forceDirectory(file);
        }
        taken = true;
    }

    private static Path beside(Path file, String suffix) {
        return file.resolveSibling(file.getFileName() + suffix);
    }

    private static Path directory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }
}
