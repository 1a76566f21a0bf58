package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * What gates withheld, and how it is let go. An alert is released into {@code alerts}, unless one of that name is there; an
 * event goes back into {@code events}, for the engine that withheld it.
 */
public final class ShadowBox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ShadowBox.class);
    private static final String KEY = "shadow/";
    private static final int RELEASE_MAX = 5_000;
    private static final String ALERT = "alert";
    private static final String DECIDED = "closed: ";

    private final KafkaClients clients;
    private final Topics topics;
    private final GroupAppender replay;
    private final Set<String> released = ConcurrentHashMap.newKeySet();
    private final Tailer operator;

    ShadowBox(KafkaClients clients, Topics topics, GroupAppender replay) {
        this.clients = clients;
        this.topics = topics;
        this.replay = replay;
        this.operator = new Tailer(clients, topics, Topics.OPERATOR, true, record -> {
            if (record.key() != null && record.key().startsWith(KEY) && record.value() != null) {
                released.add(record.key().substring(KEY.length()));
            }
        });
    }

    /** The reason as it stands with what was withheld because somebody decided so. */
    public static String decided(String reason) {
        return DECIDED + reason;
    }

    /** The newest by their time, newest first; each id of an engine once. */
    public List<ShadowEntry> list(Predicate<ShadowEntry> wanted, int limit) {
        PriorityQueue<ShadowEntry> newest = new PriorityQueue<>(Comparator.comparing(ShadowEntry::time));
        Set<String> seen = new HashSet<>();
        scan(Stream.SHADOW, (record, event) -> {
            ShadowEntry entry = entry(record, event);
            if (wanted.test(entry) && seen.add(entry.engine() + entry.id())) {
                newest.add(entry);
                if (newest.size() > limit) {
                    newest.remove();
                }
            }
        });
        List<ShadowEntry> sorted = new ArrayList<>(newest);
        sorted.sort(Comparator.comparing(ShadowEntry::time).reversed());
        return sorted;
    }

    /**
     * What of an engine's nobody published: alerts of which there is none in {@code alerts}, and events that it did not handle.
     */
    public long unread(String engine) {
        Map<String, ShadowEntry> waiting = waiting(e -> e.engine().equals(engine));
        waiting.keySet().removeAll(published(waiting));
        return waiting.size();
    }

    /**
     * Lets go what is wanted and was not let go before; returns when it is durable. What another engine has published counts as
     * let go, too.
     *
     * @return how many alerts and events went on
     */
    public int release(Predicate<ShadowEntry> wanted, String who) {
        Map<String, ShadowEntry> waiting = waiting(wanted);
        Set<String> published = published(waiting);
        mark(List.of(), published, who);
        waiting.keySet().removeAll(published);
        Map<String, GroupAppender.Routed> go = new LinkedHashMap<>();
        scan(Stream.SHADOW, (record, event) -> {
            ShadowEntry entry = entry(record, event);
            if (waiting.containsKey(name(entry)) && wanted.test(entry)) {
                boolean isAlert = entry.kind().equals(ALERT);
                go.putIfAbsent(name(entry), new GroupAppender.Routed(isAlert ? Stream.ALERTS : Stream.EVENTS, event,
                        isAlert ? "" : EngineStages.name(EngineStages.DETECT, entry.engine())));
            }
        });
        List<Map.Entry<String, GroupAppender.Routed>> all = new ArrayList<>(go.entrySet());
        for (int from = 0; from < all.size(); from += RELEASE_MAX) {
            List<Map.Entry<String, GroupAppender.Routed>> part = all.subList(from, Math.min(all.size(), from
                    + RELEASE_MAX));
            mark(part.stream().map(Map.Entry::getValue).toList(), part.stream().map(Map.Entry::getKey).toList(), who);
        }
        return all.size();
    }

    private void mark(List<GroupAppender.Routed> events, Collection<String> names, String who) {
        Map<String, String> marks = new HashMap<>();
        names.forEach(name -> marks.put(KEY + name, Json.object().put("state", "released").put("who", who)
                .put("when", Instant.now().toString()).toString()));
        replay.submit(events, List.of(), Map.of(), marks).join();
    }

    /** An alert is the same whichever engine withheld it; an event waits for the one engine that did. */
    private static String name(ShadowEntry entry) {
        return entry.kind().equals(ALERT) ? entry.id().toString() : entry.engine() + "/" + entry.id();
    }

    /** What is wanted and was not released, by name. */
    private Map<String, ShadowEntry> waiting(Predicate<ShadowEntry> wanted) {
        Map<String, ShadowEntry> waiting = new HashMap<>();
        scan(Stream.SHADOW, (record, event) -> {
            ShadowEntry entry = entry(record, event);
            if (!entry.released() && wanted.test(entry)) {
                waiting.put(name(entry), entry);
            }
        });
        return waiting;
    }

    /** The names of those of which there is an alert. */
    private Set<String> published(Map<String, ShadowEntry> waiting) {
        Set<String> published = new HashSet<>();
        if (!waiting.isEmpty()) {
            scan(Stream.ALERTS, (_, alert) -> {
                String name = alert.id().toString();
                if (waiting.containsKey(name)) {
                    published.add(name);
                }
            });
        }
        return published;
    }

    private ShadowEntry entry(ConsumerRecord<String, byte[]> record, Event event) {
        Header header = record.headers().lastHeader(BatchOutput.HELD);
        String held = header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
        int colon = held.indexOf(": ");
        String stage = colon < 0 ? "" : held.substring(0, colon);
        String reason = colon < 0 ? held : held.substring(colon + 2);
        boolean decided = reason.startsWith(DECIDED);
        boolean isAlert = event.index().startsWith("alerts-");
        String engine = EngineStages.engine(stage);
        String rule = "";
        if (isAlert) {
            JsonNode body = Json.read(event.json());
            engine = body.path("engine").asString(engine);
            String run = body.path("run").asString("");
            engine = run.isEmpty() ? engine : engine + "@" + run;
            rule = body.path("rule").path("id").asString("");
        }
        ShadowEntry entry = new ShadowEntry(event.id(), isAlert ? ALERT : "event", event.time(), event.customer(),
                engine,
                rule, decided, decided ? reason.substring(DECIDED.length()) : reason, false);
        return released.contains(name(entry)) ? entry.letGo() : entry;
    }

    private void scan(Stream stream, BiConsumer<ConsumerRecord<String, byte[]>, Event> each) {
        List<TopicPartition> all = Tailer.partitions(topics, stream.topic());
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            Restore.readAll(clients, reader, all, record -> {
                try {
                    each.accept(record, Records.event(record));
                } catch (IllegalArgumentException | JacksonException e) {
                    LOG.debug("a record that is not ours in {}", stream, e);
                }
            });
        }
    }

    /**
     * How far each partition may be deleted: what was withheld because somebody decided so and is older than that, up to the
     * first that waits for a person.
     */
    Map<TopicPartition, Long> deletable(Instant before) {
        Map<TopicPartition, Long> to = new HashMap<>();
        List<TopicPartition> all = Tailer.partitions(topics, Stream.SHADOW.topic());
        try (Consumer<String, byte[]> reader = clients.freeReader()) {
            for (TopicPartition partition : all) {
                reader.assign(List.of(partition));
                reader.seekToBeginning(List.of(partition));
                long end = clients.ends(List.of(partition)).getOrDefault(partition, 0L);
                long upTo = reader.position(partition);
                boolean isOpen = true;
                while (isOpen && reader.position(partition) < end) {
                    for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                        isOpen = isOpen && isOver(record, before);
                        upTo = isOpen ? record.offset() + 1 : upTo;
                    }
                }
                to.put(partition, upTo);
            }
        }
        return to;
    }

    private boolean isOver(ConsumerRecord<String, byte[]> record, Instant before) {
        if (record.timestamp() >= before.toEpochMilli()) {
            return false;
        }
        try {
            ShadowEntry entry = entry(record, Records.event(record));
            // What a replay of old events raised is as old as the replay.
            return (entry.decided() || entry.released())
                    && TrialStages.begun(entry.engine()) < before.toEpochMilli();
        } catch (IllegalArgumentException | JacksonException _) {
            return true;
        }
    }

    @Override
    public void close() {
        operator.close();
    }
}
