package dev.tocsin.content;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileVisitOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory. What it holds is told by sizes, times and numbers of the files behind all links, so a look reads no file. The
 * system tells of changes at once; looking now and then finds those it does not tell of, as on a network's file system.
 *
 * <p>A ConfigMap is mounted as files that are links to {@code ..data/…}, which is a link that Kubernetes exchanges. Its target
 * is looked for anew each time, and a reading during which it was exchanged does not count.
 */
final class DirectoryFeed implements FeedSource {
    private static final Logger LOG = LoggerFactory.getLogger(DirectoryFeed.class);
    /** Somebody who copies files has a moment between two of them. */
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final int QUIET_LOOKS_MAX = 100;
    private static final int WATCHED_MAX = 5_000;
    private static final WatchEvent.Kind<?>[] KINDS = {StandardWatchEventKinds.ENTRY_CREATE,
            StandardWatchEventKinds.ENTRY_DELETE, StandardWatchEventKinds.ENTRY_MODIFY};

    private final Path directory;
    private final ContentLimits limits;
    private final Map<Path, WatchKey> watched = new HashMap<>();
    private @Nullable WatchService watch;
    private String seen = "";

    DirectoryFeed(Path directory, ContentLimits limits) {
        this.directory = directory;
        this.limits = limits;
        try {
            watch = directory.getFileSystem().newWatchService();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.info("changes in {} are found by looking now and then: {}", directory, e.getMessage());
        }
    }

    /** Not before it is the same twice, with a moment between, when it differs from the last time. */
    @Override
    public String look() throws IOException {
        watchAll();
        String now = fingerprint();
        for (int i = 0; i < QUIET_LOOKS_MAX && !now.equals(seen); i++) {
            seen = now;
            if (!FeedSource.super.await(QUIET)) {
                break;
            }
            now = fingerprint();
        }
        return seen;
    }

    private String fingerprint() throws IOException {
        Path root = directory.toRealPath();
        TreeMap<String, String> files = new TreeMap<>();
        ContentTree.files(root).forEach((file, a) -> files.put(root.relativize(file).toString(), a.size() + " " + a
                .lastModifiedTime() + " " + a.fileKey()));
        MessageDigest digest = Hashes.sha256();
        files.forEach((name, what) -> digest.update((name + "\n" + what + "\n").getBytes(StandardCharsets.UTF_8)));
        return HexFormat.of().formatHex(digest.digest());
    }

    @Override
    public ContentTree read() throws IOException {
        String commit = new GitTree(directory.toRealPath()).cleanCommit().orElse("");
        ContentTree tree = ContentTree.ofDirectory(directory, commit, limits);
        if (!fingerprint().equals(seen)) {
            throw new IOException("the files change while they are read");
        }
        return tree;
    }

    private void watchAll() throws IOException {
        WatchService service = watch;
        if (service == null) {
            return;
        }
        watched.values().removeIf(key -> !key.isValid());
        Path root = directory.toRealPath();
        try (Stream<Path> below = Files.find(root, 30, (_, a) -> a.isDirectory(), FileVisitOption.FOLLOW_LINKS)) {
            for (Path each : (Iterable<Path>) below.limit(WATCHED_MAX)::iterator) {
                if (!watched.containsKey(each)) {
                    watched.put(each, each.register(service, KINDS));
                }
            }
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.debug("not everything in {} is watched", directory, e);
        }
    }

    @Override
    public boolean await(Duration time) {
        WatchService service = watch;
        if (service == null) {
            return FeedSource.super.await(time);
        }
        try {
            WatchKey key = service.poll(time.toMillis(), TimeUnit.MILLISECONDS);
            while (key != null) {
                key.pollEvents();
                key.reset();
                key = service.poll();
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ClosedWatchServiceException _) {
            return false;
        }
    }

    @Override
    public void close() {
        try {
            if (watch != null) {
                watch.close();
            }
        } catch (IOException e) {
            LOG.debug("the watch on {} did not close", directory, e);
        }
    }
}
