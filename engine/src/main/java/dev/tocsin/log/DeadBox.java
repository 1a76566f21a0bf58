package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * The dead letters, and what operators said of them. The letters stay in {@code dead}; what was said is in
 * {@code control-operator}, one record for each id.
 */
public final class DeadBox implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DeadBox.class);
    private static final int READ_BACK = 50_000;

    private record Said(String state, Instant when) {
    }

    private final KafkaClients clients;
    private final Topics topics;
    private final GroupAppender replay;
    private final Map<String, Said> said = new ConcurrentHashMap<>();
    private final Tailer operator;

    DeadBox(KafkaClients clients, Topics topics, GroupAppender replay) {
        this.clients = clients;
        this.topics = topics;
        this.replay = replay;
        this.operator = new Tailer(clients, topics, Topics.OPERATOR, true, this::take);
    }

    private void take(ConsumerRecord<String, byte[]> record) {
        if (record.key() != null && record.key().startsWith("dead/") && record.value() != null) {
            try {
                JsonNode json = Json.read(record.value());
                said.put(record.key().substring("dead/".length()),
                        new Said(json.path("state").asString(""), Instant.parse(json.path("when").asString(""))));
            } catch (JacksonException | DateTimeException e) {
                LOG.debug("{} in {} is not ours", record.key(), Topics.OPERATOR, e);
            }
        }
    }

    /** The newest, newest first. */
    public List<DeadEntry> list(int limit) {
        PriorityQueue<DeadEntry> newest = new PriorityQueue<>(Comparator.comparing(DeadEntry::time));
        // Each letter may stand with a mark of its transaction, so the newest of a partition are within twice as many.
        scan(Math.min(READ_BACK, 1_000L + 2L * limit), event -> {
            newest.add(entry(event));
            if (newest.size() > limit) {
                newest.remove();
            }
        });
        List<DeadEntry> sorted = new ArrayList<>(newest);
        sorted.sort(Comparator.comparing(DeadEntry::time).reversed());
        return sorted;
    }

    public Optional<DeadEntry> find(EventId id) {
        return Optional.ofNullable(events(List.of(id)).get(id)).map(this::entry);
    }

    /** Puts letters back into the stream that they were taken from; returns when they are durable there. */
    public int replay(List<EventId> ids, String who) {
        List<GroupAppender.Routed> back = new ArrayList<>();
        Map<EventId, Event> found = events(ids);
        for (Event dead : found.values()) {
            Stream to = DeadLetters.stream(dead);
            back.add(new GroupAppender.Routed(to, DeadLetters.unwrap(dead),
                    to == Stream.INTAKE ? "" : DeadLetters.stage(dead)));
        }
        replay.submit(back, List.of(), Map.of(), marks(found.keySet(), "replayed", who)).join();
        return back.size();
    }

    /** Marks letters as settled; they stay in the stream. */
    public int drop(List<EventId> ids, String who) {
        Map<EventId, Event> found = events(ids);
        replay.submit(List.of(), List.of(), Map.of(), marks(found.keySet(), "dropped", who)).join();
        return found.size();
    }

    private static Map<String, String> marks(Iterable<EventId> ids, String state, String who) {
        Map<String, String> marks = new HashMap<>();
        for (EventId id : ids) {
            marks.put("dead/" + id, Json.object().put("state", state).put("who", who)
                    .put("when", Instant.now().toString()).toString());
        }
        return marks;
    }

    private DeadEntry entry(Event dead) {
        Said mark = said.get(dead.id().toString());
        boolean settled = mark != null && !mark.when.isBefore(DeadLetters.time(dead));
        return DeadLetters.entry(dead, settled && mark != null ? mark.state : "waiting");
    }

    /** The latest letter of each id. */
    private Map<EventId, Event> events(List<EventId> ids) {
        Map<EventId, Event> found = new HashMap<>();
        Set<EventId> wanted = Set.copyOf(ids);
        scan(Long.MAX_VALUE, event -> {
            if (wanted.contains(event.id())) {
                found.put(event.id(), event);
            }
        });
        return found;
    }

    private void scan(long lastRecords, Consumer<Event> each) {
        List<TopicPartition> all = Tailer.partitions(topics, Stream.DEAD.topic());
        try (var reader = clients.freeReader()) {
            reader.assign(all);
            Map<TopicPartition, Long> begin = reader.beginningOffsets(all);
            Map<TopicPartition, Long> end = clients.ends(all);
            end.forEach((tp, last) -> reader.seek(tp, Math.max(begin.getOrDefault(tp, 0L), last - lastRecords)));
            while (!Restore.isAt(reader, end)) {
                reader.poll(Duration.ofMillis(200)).forEach(r -> {
                    try {
                        each.accept(Records.event(r));
                    } catch (IllegalArgumentException | JacksonException | DateTimeException e) {
                        LOG.debug("a record that is no letter of ours in {}", r.topic(), e);
                    }
                });
            }
        }
    }

    @Override
    public void close() {
        operator.close();
    }
}
