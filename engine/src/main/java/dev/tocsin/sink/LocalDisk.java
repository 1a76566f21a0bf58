package dev.tocsin.sink;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The file system of this machine. */
final class LocalDisk implements Disk {
    private static final boolean POSIX = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");

    @Override
    public boolean exists(Path file) {
        return Files.exists(file);
    }

    @Override
    public long size(Path file) throws IOException {
        return Files.size(file);
    }

    @Override
    public OpenFile open(Path file) throws IOException {
        Files.createDirectories(directory(file));
        // Alerts name people and machines: whoever is not of the group has no business reading them.
        FileAttribute<?>[] attributes = POSIX
                ? new FileAttribute<?>[]{
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"))}
                : new FileAttribute<?>[0];
        FileChannel channel = FileChannel.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                attributes);
        try {
            if (lock(channel) == null) {
                throw new IOException(file + " is written by another sink or process; give each its own path");
            }
            channel.position(channel.size());
            return new Channel(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    @SuppressWarnings("MustBeClosedChecker")
    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path file) throws IOException {
        Files.deleteIfExists(file);
    }

    @Override
    public List<Path> siblings(Path file) throws IOException {
        if (!Files.isDirectory(directory(file))) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(directory(file))) {
            return files.toList();
        }
    }

    @Override
    public void forceDirectory(Path file) throws IOException {
        if (POSIX) {
            try (FileChannel directory = FileChannel.open(directory(file), StandardOpenOption.READ)) {
                directory.force(true);
            }
        }
    }

    private static Path directory(Path file) {
        Path parent = file.toAbsolutePath().getParent();
        return parent == null ? file.toAbsolutePath() : parent;
    }

    private record Channel(FileChannel channel) implements OpenFile {
        @Override
        public void append(byte[] bytes) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }

        @Override
        public void truncate(long length) throws IOException {
            channel.truncate(length);
            channel.position(length);
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
