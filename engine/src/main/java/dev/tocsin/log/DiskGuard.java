package dev.tocsin.log;

import dev.tocsin.base.ByteSize;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Watches how much disk the data directory uses. At the ceiling intake is refused, and what is there goes on to be
 * handled; nothing is ever deleted because the disk is full.
 */
final class DiskGuard {
    private final Path directory;
    private final long max;
    private final long freeMin;
    private volatile long used;
    private volatile long free = Long.MAX_VALUE;

    DiskGuard(Path directory, ByteSize max, ByteSize freeMin) {
        this.directory = directory;
        this.max = max.bytes();
        this.freeMin = freeMin.bytes();
        measure();
    }

    /** Called now and then by the log's housekeeping. */
    void measure() {
        AtomicLong sum = new AtomicLong();
        try {
            Files.walkFileTree(directory, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    sum.addAndGet(attributes.size());
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    return FileVisitResult.CONTINUE;
                }
            });
            used = sum.get();
            free = Files.getFileStore(directory).getUsableSpace();
        } catch (IOException _) {
            free = 0;
        }
    }

    boolean isFull() {
        return used >= max || free < freeMin;
    }

    long usedBytes() {
        return used;
    }

    long maxBytes() {
        return max;
    }

    /** What is wrong and what to do, or empty. */
    String message() {
        if (used >= max) {
            return "the log uses " + new ByteSize(used) + " of log.disk_max " + new ByteSize(max)
                    + ": intake is refused, nothing is purged; raise log.disk_max, or mend the stage that lags";
        }
        if (free < freeMin) {
            return "only " + new ByteSize(free) + " are free on the disk of " + directory
                    + ": intake is refused, nothing is purged; free some space";
        }
        return "";
    }
}
