package dev.tocsin.node;

import dev.tocsin.log.LogException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;

/** What a node keeps beside its log: a lock against a second process, the epoch, the admin token. */
final class NodeDirectory implements AutoCloseable {
    private final Path path;
    private final FileChannel lockFile;
    private final FileLock lock;

    /** @throws LogException when it cannot be written, or another process uses it */
    NodeDirectory(Path path) {
        this.path = path.toAbsolutePath();
        try {
            Files.createDirectories(path);
            lockFile = FileChannel.open(path.resolve("node.lock"), StandardOpenOption.CREATE, StandardOpenOption.READ,
                    StandardOpenOption.WRITE);
            lock = lock();
            byte[] pid = Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8);
            lockFile.truncate(0).write(ByteBuffer.wrap(pid));
        } catch (IOException e) {
            throw new LogException("the data directory " + path + " cannot be used: " + e.getMessage(), e);
        }
    }

    private FileLock lock() throws IOException {
        try {
            FileLock got = lockFile.tryLock();
            if (got != null) {
                return got;
            }
        } catch (OverlappingFileLockException _) {
            // Another node in this very process; said below.
        }
        String pid = Files.readString(path.resolve("node.lock")).strip();
        lockFile.close();
        throw new LogException("the data directory " + path + " is used by process " + pid
                + "; stop that one, or name another directory with node.data");
    }

    Path path() {
        return path;
    }

    /** Higher than at any start before, so that origin sequences never begin twice. */
    long nextEpoch() {
        Path file = path.resolve("epoch");
        try {
            long last = Files.exists(file) ? Long.parseLong(Files.readString(file).strip()) : 0;
            long next = last + 1;
            writeDurably(file, Long.toString(next), false);
            return next;
        } catch (IOException | NumberFormatException e) {
            throw new LogException("the epoch in " + file + " cannot be read or written: " + e.getMessage(), e);
        }
    }

    /** Made at the first start; readable by its owner only. */
    String adminToken() {
        Path file = path.resolve("admin.token");
        try {
            if (!Files.exists(file) || Files.readString(file).isBlank()) {
                byte[] random = new byte[24];
                new SecureRandom().nextBytes(random);
                writeDurably(file, Base64.getUrlEncoder().withoutPadding().encodeToString(random), true);
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new LogException("the admin token in " + file + " cannot be read or written: " + e.getMessage(), e);
        }
    }

    private void writeDurably(Path file, String text, boolean secret) throws IOException {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        if (secret) {
            Files.createFile(temporary,
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.write(ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8)));
            out.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel directory = FileChannel.open(path, StandardOpenOption.READ)) {
            directory.force(true);
        }
    }

    @Override
    public void close() {
        try {
            lock.release();
            lockFile.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the lock of " + path + " cannot be released", e);
        }
    }
}
