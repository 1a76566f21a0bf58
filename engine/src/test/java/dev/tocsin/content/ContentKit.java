package dev.tocsin.content;

import dev.tocsin.detect.SigmaLoading;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.Blobs;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.SharedBroker;
import dev.tocsin.sigma.RuleCache;
import dev.tocsin.sigma.RuleTests;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Nodes that share a log, as far as content goes. */
final class ContentKit implements AutoCloseable {
    static final Duration SOON = Duration.ofMinutes(2);

    final DurableLog log = SharedBroker.open(SharedBroker.newPrefix(), List.of());
    final Path directory;
    private final List<AutoCloseable> opened = new ArrayList<>();
    /** How much later it is than it is. */
    volatile Duration ahead = Duration.ZERO;
    final Clock clock = clock();

    ContentKit(Path directory) {
        this.directory = directory;
    }

    private Clock clock() {
        InstantSource source = () -> Instant.now().plus(ahead);
        return source.withZone(ZoneOffset.UTC);
    }

    /** A node: its desk, an engine on it, and the rules that it runs. */
    final class Node {
        final String name;
        final ContentDesk desk;
        final EngineContent engine;
        final Metrics metrics = new Metrics();
        final List<SigmaLoading.Loaded> exchanged = new CopyOnWriteArrayList<>();

        Node(String name, ContentConfig config, Blobs blobs) throws IOException {
            this.name = name;
            Path data = Files.createDirectories(directory.resolve(name));
            desk = new ContentDesk(new ContentDesk.Parts(name, log.changeLog("control-content-heads"), blobs, log.board(
                    "control-content-running"), new BundleShelf(data.resolve("content")), data.resolve("content.key"),
                    config, List.of(), new RuleCache(), raw -> new RuleTests.Reading(raw, null, List.of(), null),
                    new LeadTimes(metrics), clock));
            engine = new EngineContent("blue", desk, "configured", exchanged::add);
        }

        Node started() {
            engine.begin(SOON);
            engine.start();
            return this;
        }

        String commit() {
            return engine.running().commit();
        }

        void close() {
            opened.remove((AutoCloseable) closing);
            engine.close();
            desk.close();
            metrics.close();
        }

        private final AutoCloseable closing = this::close;
    }

    Node node(String name) throws IOException {
        return node(name, ContentConfig.DEFAULT, log.blobs("control-content"));
    }

    Node node(String name, ContentConfig config, Blobs blobs) throws IOException {
        Node node = new Node(name, config, blobs);
        opened.add(node.closing);
        return node;
    }

    static ContentConfig trusting(String... keys) {
        ContentConfig d = ContentConfig.DEFAULT;
        return new ContentConfig(List.of(keys), d.stale(), d.requireTests(), d.sizeMax(), null);
    }

    static PushRequest request(String why) {
        return new PushRequest(List.of(), "ann", why, false, false, Instant.now(), false);
    }

    static PushRequest keepGood() {
        return new PushRequest(List.of(), "ann", "good ones", true, false, Instant.now(), false);
    }

    static ContentTree tree(String commit, String... namesAndTexts) {
        TreeMap<String, byte[]> files = new TreeMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            files.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
        }
        return new ContentTree(files, commit);
    }

    /** The same with another file, or with another text in it. */
    static ContentTree with(ContentTree tree, String commit, String name, String text) {
        TreeMap<String, byte[]> files = new TreeMap<>(tree.files());
        files.put(name, text.getBytes(StandardCharsets.UTF_8));
        return new ContentTree(files, commit);
    }

    /** A rule that fires on a word, and its id. */
    static String rule(int number, String word) {
        return """
                title: Rule %d
                id: %s
                status: test
                author: Ann
                logsource: {product: linux}
                detection: {s: {CommandLine|contains: %s}, condition: s}
                level: low
                """.formatted(number, id(number), word);
    }

    static String id(int number) {
        return "00000000-0000-4000-8000-%012d".formatted(number);
    }

    static String tests(String fires, String not) {
        return """
                must_fire:
                  - CommandLine: %s
                must_not_fire:
                  - CommandLine: %s
                """.formatted(fires, not);
    }

    static Map<String, ContentStatus.Engine> byNode(ContentStatus status) {
        Map<String, ContentStatus.Engine> all = new TreeMap<>();
        status.engines().forEach(e -> all.put(e.node(), e));
        return all;
    }

    @Override
    public void close() {
        for (AutoCloseable each : List.copyOf(opened)) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
        log.close();
    }
}
