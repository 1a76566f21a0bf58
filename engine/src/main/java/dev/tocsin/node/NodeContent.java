package dev.tocsin.node;

import dev.tocsin.content.BundleShelf;
import dev.tocsin.content.ContentDesk;
import dev.tocsin.content.ContentException;
import dev.tocsin.content.ContentFeed;
import dev.tocsin.content.ContentHealth;
import dev.tocsin.content.EngineContent;
import dev.tocsin.content.FeedConfig;
import dev.tocsin.content.LeadTimes;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.Blobs;
import dev.tocsin.log.Board;
import dev.tocsin.log.ChangeLog;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogException;
import dev.tocsin.node.TocsinConfig.Role;
import dev.tocsin.process.LogSourceClassifier;
import dev.tocsin.process.Outcome;
import dev.tocsin.process.Processor;
import dev.tocsin.process.VendorFields;
import dev.tocsin.sigma.RuleCache;
import dev.tocsin.sigma.RuleTests;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The rule bundles of a node: every node shows and takes them, an engine follows them, a manager looks at the feed. */
final class NodeContent implements AutoCloseable {
    private static final String CHUNKS = "control-content";
    private static final String HEADS = "control-content-heads";
    private static final String RUNNING = "control-content-running";
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final Origin NOWHERE = new Origin("none", "none", 0, 0);

    private final ContentDesk desk;
    private final Optional<EngineContent> engine;
    private final Optional<ContentFeed> feed;

    /** @param configured what the rules of the configuration are called. @param target gets those of bundles */
    NodeContent(TocsinConfig config, Set<Role> roles, Path data, DurableLog log, Metrics metrics, String configured,
            EngineContent.Target target) {
        ChangeLog heads = log.changeLog(HEADS);
        Blobs blobs = log.blobs(CHUNKS);
        Board board = log.board(RUNNING);
        try {
            desk = new ContentDesk(new ContentDesk.Parts(config.node().name(), heads, blobs, board, new BundleShelf(data
                    .resolve("content")), data.resolve("content.key"), config.content(), config.detect().pipeline(),
                    new RuleCache(), new Reader(), new LeadTimes(metrics), Clock.systemUTC()));
        } catch (IOException | ContentException e) {
            heads.close();
            blobs.close();
            board.close();
            throw new LogException("the key content.key in the data directory cannot be used: " + e.getMessage(), e);
        }
        engine = Stages.hasEngine(roles)
                ? Optional.of(new EngineContent(config.detect().engineName(), desk, configured, target))
                : Optional.empty();
        FeedConfig from = config.content().feed();
        feed = from != null && roles.contains(Role.MANAGER)
                ? Optional.of(new ContentFeed(desk, from))
                : Optional.empty();
    }

    /** Before the stages start. */
    void begin() {
        engine.ifPresent(e -> e.begin(PATIENCE));
    }

    void start(Checks checks, Metrics metrics) {
        ContentHealth.register(desk, checks);
        engine.ifPresent(e -> {
            ContentHealth.register(e, desk, checks, metrics);
            e.start();
        });
        feed.ifPresent(f -> {
            ContentHealth.register(f, checks);
            f.start();
        });
    }

    ContentDesk desk() {
        return desk;
    }

    /** Whether rules of a bundle are in force here. */
    boolean hasBundle() {
        return engine.isPresent() && engine.get().running().announcement() != null;
    }

    /** Events of files, read as the process stage reads them. */
    private static final class Reader implements RuleTests.Reader {
        private final Processor processor = new Processor(LogSourceClassifier.builtIn(), true);

        @Override
        public RuleTests.Reading read(JsonNode event) {
            if (event.path("_logsource").isObject()) {
                LogSource own = LogSourceClassifier.own(event);
                return reading(VendorFields.of(event, own), own);
            }
            List<Outcome> outcomes = processor.process(intake(event));
            if (outcomes.size() == 1 && outcomes.getFirst() instanceof Outcome.Passed passed) {
                JsonNode vendor = Json.read(passed.event().json()).get("vendor");
                return reading(vendor != null ? vendor : event, passed.event().logSource());
            }
            return reading(event, LogSource.UNKNOWN);
        }

        private static RuleTests.Reading reading(JsonNode fields, LogSource source) {
            return new RuleTests.Reading(fields, source.product(), source.category(), source.service());
        }

        private static Event intake(JsonNode event) {
            ObjectNode body = Json.object();
            String now = Instant.EPOCH.toString();
            body.put("@timestamp", now);
            body.putObject("event").put("original", event.toString()).put("created", now);
            body.putObject("tocsin").put("format", "json").put("transport", "file");
            return new Event(new EventId(0, 0), "none", "none", NOWHERE, "", Instant.EPOCH, "", LogSource.UNKNOWN,
                    Json.write(body));
        }
    }

    @Override
    public void close() {
        feed.ifPresent(ContentFeed::close);
        engine.ifPresent(EngineContent::close);
        desk.close();
    }
}
