package dev.tocsin.fabric;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directory of what waits on disk, in which earlier processes may have left something. */
final class Spills {
    private static final Logger LOG = LoggerFactory.getLogger(Spills.class);
    private static final Pattern ENDPOINT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");

    private Spills() {
    }

    /** Deletes what a process left that ended without closing. Only one process at a time may use a directory. */
    static void clean(Path all, Path own) {
        if (!Files.isDirectory(all)) {
            return;
        }
        try (Stream<Path> left = Files.list(all)) {
            left.filter(d -> !d.equals(own) && ENDPOINT.matcher(d.getFileName().toString()).matches()).forEach(
                    Spills::delete);
        } catch (IOException e) {
            LOG.warn("cannot look into {}: {}", all, e.toString());
        }
    }

    /** Deletes the spill files in a directory, and itself if nothing else is in it. */
    static void delete(Path directory) {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*.spill")) {
            for (Path file : files) {
                Files.deleteIfExists(file);
            }
            Files.delete(directory);
        } catch (IOException e) {
            LOG.warn("cannot delete {}: {}", directory, e.toString());
        }
    }
}
