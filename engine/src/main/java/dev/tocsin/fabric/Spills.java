package dev.tocsin.fabric;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of what waits on disk, in which earlier processes may have left something. */
final class Spills {
    private static final Logger LOG = LoggerFactory.getLogger(Spills.class);

    private Spills() {
    }

    /** Deletes what a process left that ended without closing. Only one process at a time may use a directory. */
    static void clean(Path all, Path own) {
        if (!Files.isDirectory(all)) {
            return;
        }
        try (Stream<Path> left = Files.list(all)) {
            left.filter(d -> !d.equals(own) && Files.isDirectory(d)).forEach(Spills::delete);
        } catch (IOException e) {
            LOG.warn("cannot look into {}: {}", all, e.toString());
        }
    }

    static void delete(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> files = Files.walk(directory)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", directory, e.toString());
        }
    }
}
