package dev.tocsin.content;

import dev.tocsin.log.LogException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bundles on disk, as {@code <sha256>.zip}, and in {@code good.json} which of them ran last. A bundle gets its name when all of
 * it is on disk, so what has a name is whole, unless the disk lies: its hash is computed whenever it is opened. Thread-safe.
 */
public final class BundleShelf {
    private static final Logger LOG = LoggerFactory.getLogger(BundleShelf.class);
    /** The one that runs, the one before, and some to go back to without asking the log. */
    private static final int KEPT = 4;
    private static final String GOOD = "good.json";
    private static final String PART = ".part";

    private final Path directory;

    public BundleShelf(Path directory) {
        this.directory = directory;
        try {
            Files.createDirectories(directory);
            for (Path part : list(PART)) {
                Files.deleteIfExists(part);
            }
        } catch (IOException e) {
            throw new LogException("the directory " + directory + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** A name for a file that is being made; to be kept or deleted. */
    Path temporary() throws IOException {
        return Files.createTempFile(directory, "bundle", PART);
    }

    /** Where the bundle lies, if it is here. */
    Optional<Path> find(String sha256) {
        Path file = file(sha256);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    private Path file(String sha256) {
        return directory.resolve(sha256 + ".zip");
    }

    /** A bundle that was made or fetched is whole; it gets its name. */
    Path keep(Path temporary, String sha256) throws IOException {
        sync(temporary);
        Path file = file(sha256);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        sync(directory);
        prune(sha256);
        return file;
    }

    /** A bundle that is in use under another name gets this one, too. It is safe on disk when it is said to be {@link #good}. */
    Path share(Path temporary, String sha256) throws IOException {
        Path link = directory.resolve(sha256 + ".link" + PART);
        Files.deleteIfExists(link);
        Files.createLink(link, temporary);
        Path file = file(sha256);
        Files.move(link, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        prune(sha256);
        return file;
    }

    void discard(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("{} cannot be deleted: {}", file, e.getMessage());
        }
    }

    /** From now on a start runs this one. */
    void good(Announcement announcement) throws IOException {
        Optional<Path> bundle = find(announcement.bundle());
        if (bundle.isPresent()) {
            sync(bundle.get());
        }
        Path temporary = temporary();
        Files.write(temporary, announcement.write());
        sync(temporary);
        Files.move(temporary, directory.resolve(GOOD), StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
        sync(directory);
        bundle.ifPresent(BundleShelf::touch);
        prune(announcement.bundle());
    }

    /** What ran last; empty if nothing ever did. @throws ContentException when that cannot be read any more */
    Optional<Announcement> good() {
        try {
            return Optional.of(Announcement.read(Files.readAllBytes(directory.resolve(GOOD))));
        } catch (NoSuchFileException _) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            throw ContentException.of(directory.resolve(GOOD).toString(), "what ran last cannot be read: "
                    + e.getMessage(), "the bundle that is announced is fetched again");
        }
    }

    private static void touch(Path file) {
        try {
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        } catch (IOException e) {
            LOG.debug("the time of {} was not set", file, e);
        }
    }

    private void prune(String wanted) throws IOException {
        Set<Path> needed = new HashSet<>(List.of(file(wanted)));
        try {
            good().ifPresent(last -> needed.add(file(last.bundle())));
        } catch (ContentException e) {
            LOG.debug("nothing is known to have run", e);
        }
        List<Path> all = list(".zip").stream().sorted(Comparator.comparing(BundleShelf::time).reversed()).toList();
        for (Path old : all.subList(Math.min(KEPT, all.size()), all.size())) {
            if (!needed.contains(old)) {
                Files.deleteIfExists(old);
            }
        }
    }

    private static FileTime time(Path file) {
        try {
            return Files.getLastModifiedTime(file);
        } catch (IOException _) {
            return FileTime.fromMillis(0);
        }
    }

    private List<Path> list(String ending) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(f -> f.toString().endsWith(ending)).toList();
        }
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
