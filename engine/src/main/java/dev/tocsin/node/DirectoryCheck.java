package dev.tocsin.node;

import dev.tocsin.config.ProblemCode;
import dev.tocsin.sink.FileSinkConfig;
import dev.tocsin.sink.SinkConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Whether the directories and files that the node must write can be written, and are its own. */
final class DirectoryCheck {
    /** One of them is there after the first start. */
    private static final Set<String> OURS = Set.of("node.lock", "epoch", "admin.token", "content.key");
    /** What file systems put into their root. */
    private static final Set<String> NOBODYS = Set.of("lost+found", "System Volume Information");
    private static final int SHOWN_MAX = 3;

    private DirectoryCheck() {
    }

    static void check(TocsinConfig config, Finder finder) {
        Path data = config.node().data();
        if (writable("node.data", data, finder)) {
            foreign(data, finder);
        }
        Path index = config.index().path();
        if (index != null) {
            writable("index.path", index, finder);
        }
        sinks(config.sinks(), finder);
    }

    static void sinks(Map<String, SinkConfig> sinks, Finder finder) {
        Map<Object, String> taken = new HashMap<>();
        sinks.forEach((name, sink) -> {
            String way = "sinks." + name;
            once(Stages.sinkName(name).toLowerCase(Locale.ROOT), way, "the same name but for its case or dashes", taken,
                    finder);
            if (sink instanceof FileSinkConfig file) {
                Path path = file.path().toAbsolutePath().normalize();
                once(path, way + ".path", "the same file", taken, finder);
                Path directory = path.getParent();
                if (Files.isDirectory(path) || directory == null) {
                    finder.found(ProblemCode.DIRECTORY, way + ".path", path + " is a directory",
                            "write the name of a file in it");
                } else {
                    writable(way + ".path", directory, finder);
                }
            }
        });
    }

    private static void once(Object thing, String way, String what, Map<Object, String> taken, Finder finder) {
        String other = taken.putIfAbsent(thing, way);
        if (other != null) {
            finder.found(ProblemCode.CONFLICT, way, way + " and " + other + " are " + what, "change one of the two");
        }
    }

    /** What is not there yet must be possible to make. */
    private static boolean writable(String way, Path directory, Finder finder) {
        Path there = directory.toAbsolutePath().normalize();
        while (!Files.exists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        if (!Files.isDirectory(there)) {
            finder.found(ProblemCode.DIRECTORY, way, there + " is not a directory", "name another one");
            return false;
        }
        if (!Files.isWritable(there) || !Files.isExecutable(there)) {
            String user = System.getProperty("user.name", "this user");
            finder.found(ProblemCode.DIRECTORY, way, user + " may not write in " + there,
                    "let " + user + " write there, or name another directory");
            return false;
        }
        return true;
    }

    private static void foreign(Path data, Finder finder) {
        if (!Files.isDirectory(data)) {
            return;
        }
        try (Stream<Path> files = Files.list(data)) {
            List<String> names = files.map(f -> f.getFileName().toString())
                    .filter(n -> !n.startsWith(".") && !NOBODYS.contains(n)).sorted().toList();
            if (!names.isEmpty() && names.stream().noneMatch(OURS::contains)) {
                String shown = String.join(", ", names.subList(0, Math.min(SHOWN_MAX, names.size())))
                        + (names.size() > SHOWN_MAX ? ", …" : "");
                finder.found(ProblemCode.DIRECTORY, "node.data",
                        "the directory " + data + " holds what is not a node's: " + shown,
                        "name another directory with node.data, or empty this one");
            }
        } catch (IOException e) {
            finder.found(ProblemCode.DIRECTORY, "node.data", data + " cannot be read: " + e.getMessage(),
                    "let the node's user read it, or name another directory");
        }
    }
}
