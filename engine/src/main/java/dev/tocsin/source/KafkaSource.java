package dev.tocsin.source;

import dev.tocsin.event.Json;
import dev.tocsin.log.LogException;
import dev.tocsin.log.TopicReader;
import dev.tocsin.log.TopicReader.Message;
import dev.tocsin.log.TopicReader.Share;
import dev.tocsin.source.Received.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads topics of a Kafka cluster. Which partitions are read here is agreed in a consumer group; how far each was read is
 * a cursor that the log writes in the same transaction as the events, so a crash neither loses nor repeats. An event is
 * named by cluster, topic, partition and offset: when a partition moves to another node while the last events of the first
 * are still on their way, both name them alike and the process stage keeps one.
 *
 * <p>A platform thread polls and hands over.
 */
public final class KafkaSource implements Source {
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration POLL = Duration.ofMillis(250);
    private static final long CHECK_NANOS = Duration.ofSeconds(15).toNanos();
    private static final long PAUSE_MILLIS_MAX = 10_000;

    private final String name;
    private final KafkaSourceConfig config;
    private final Collector collector;
    private final Supplier<Map<String, String>> saved;
    private final Backlog backlog;
    private final Tally tally;
    private final Feed feed;
    private final TopicReader.Subscription subscription;
    private final AtomicLong missed = new AtomicLong();
    private final CountDownLatch closing = new CountDownLatch(1);
    private final Thread thread;
    private volatile String state = "stopped";

    /**
     * @param node unique among the nodes of the log
     * @param saved reads the cursors that the log has now, by name
     */
    public KafkaSource(String name, KafkaSourceConfig config, String node, Collector collector,
            Supplier<Map<String, String>> saved) {
        this.name = name;
        this.config = config;
        this.collector = collector;
        this.saved = saved;
        backlog = new Backlog(config.inFlightMax());
        tally = new Tally(collector::now);
        feed = new Feed(config.customer(), name, config.format(), config.logsource(), "kafka");
        subscription = new TopicReader.Subscription(config.bootstrapServers(), config.topics(),
                Objects.requireNonNullElse(config.group(), "tocsin-" + name), name + "-" + node,
                config.start() == KafkaSourceConfig.Start.LATEST, config.properties());
        thread = Thread.ofPlatform().daemon().name("kafka-" + name).unstarted(this::run);
    }

    @Override
    public void start() {
        state = "running";
        thread.start();
    }

    /** A cluster that cannot be reached is tried again for ever; the state says so meanwhile. */
    private void run() {
        long pause = 500;
        try {
            while (closing.getCount() > 0) {
                try (TopicReader reader = new TopicReader(subscription, new Memory())) {
                    state = "running";
                    tally.error("");
                    pause = 500;
                    read(reader);
                } catch (LogException e) {
                    state = "failing";
                    tally.error(e.getMessage() + "; trying again in " + pause + " ms, nothing is lost");
                    closing.await(pause, TimeUnit.MILLISECONDS);
                    pause = Math.min(PAUSE_MILLIS_MAX, pause * 2);
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            state = "stopped";
        }
    }

    private void read(TopicReader reader) {
        long heard = System.nanoTime();
        while (closing.getCount() > 0) {
            List<Message> messages = reader.poll(POLL);
            if (!messages.isEmpty()) {
                give(messages);
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > CHECK_NANOS) {
                reader.check();
                heard = System.nanoTime();
            }
        }
    }

    private void give(List<Message> messages) {
        Instant arrival = collector.now();
        List<Received> events = new ArrayList<>(messages.size());
        List<Refused> refused = new ArrayList<>(0);
        Map<String, String> cursors = new HashMap<>();
        long bytes = 0;
        for (Message m : messages) {
            Frame frame = frame(m);
            bytes += frame.bytes().length;
            Share s = m.share();
            Received r = new Received(feed, name + "/" + s.topic() + "/" + s.partition(), frame.bytes(), arrival,
                    m.time(), "", beside(m), new Identity.Vendor(id(s) + "/" + m.offset()));
            if (frame.cause().isEmpty()) {
                events.add(r);
            } else {
                refused.add(new Refused(r, frame.cause()));
            }
            cursors.put(cursor(s), Long.toString(m.offset() + 1));
        }
        Backlog.Lease lease = backlog.lease();
        lease.grow(bytes);
        tally.received(messages.size());
        collector.collect(events, refused, cursors).whenComplete((_, failure) -> {
            lease.close();
            if (failure == null) {
                tally.durable(events.size(), refused.size());
            }
        });
    }

    private Frame frame(Message m) {
        byte[] value = m.value();
        if (value == null) {
            return new Frame(new byte[0], "the record has no value (a tombstone)");
        }
        return value.length > config.messageMax().bytes()
                ? Frame.tooLong(value, value.length, "message_max", config.messageMax().bytes())
                : Frame.good(value);
    }

    private static ObjectNode beside(Message m) {
        ObjectNode node = Json.object().put("topic", m.share().topic()).put("partition", m.share().partition())
                .put("offset", m.offset());
        byte[] key = m.key();
        if (key != null) {
            node.put("key", text(key));
        }
        if (!m.headers().isEmpty()) {
            ObjectNode headers = node.putObject("headers");
            // Of several of one name the last counts, as for Kafka's own clients.
            m.headers().forEach(h -> headers.put(h.getKey(), text(h.getValue())));
        }
        return node;
    }

    /** Bytes that are no text are written in base64. */
    private static String text(byte[] bytes) {
        byte[] kept = bytes.length > Limits.KEPT_BYTES ? java.util.Arrays.copyOf(bytes, Limits.KEPT_BYTES) : bytes;
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(kept)).toString();
        } catch (CharacterCodingException _) {
            return Base64.getEncoder().encodeToString(kept);
        }
    }

    /** The topic's own id is in it, since a topic that is made anew begins at offset 0 again. */
    private static String id(Share s) {
        return s.clusterId() + "/" + s.topic() + "/" + s.topicId() + "/" + s.partition();
    }

    private String cursor(Share s) {
        return "kafka/" + name + "/" + id(s);
    }

    /** Remembers by cursors; called by the thread that polls. */
    private final class Memory implements TopicReader.Owner {
        @Override
        public Map<Share, Long> positions(List<Share> shares) {
            Map<String, String> cursors = shares.isEmpty() ? Map.of() : saved.get();
            Map<Share, Long> positions = new HashMap<>();
            for (Share share : shares) {
                String known = cursors.getOrDefault(cursor(share), "");
                if (known.matches("\\d{1,18}")) {
                    positions.put(share, Long.parseLong(known));
                }
            }
            return positions;
        }

        /** Written down at once: "latest" must mean the same after a restart. */
        @Override
        public void begins(Share share, long offset) {
            collector.collect(List.of(), List.of(), Map.of(cursor(share), Long.toString(offset)));
        }

        @Override
        public void handsOver() {
            if (!backlog.drained(DRAIN)) {
                tally.error("a partition went to another node while events were not durable yet; it reads them again");
            }
        }

        @Override
        public void missed(Share share, long records) {
            missed.addAndGet(records);
            tally.error(records + " records of " + share.topic() + "/" + share.partition()
                    + " were deleted by its retention before they were read");
        }
    }

    @Override
    public SourceStatus status() {
        String now = state;
        if (now.equals("running") && (backlog.isFull() || collector.refuses())) {
            now = "waiting";
        }
        return tally.status(name, "kafka", config.bootstrapServers() + " " + String.join(",", config.topics()), now,
                missed.get());
    }

    @Override
    public void close() {
        closing.countDown();
        try {
            thread.join(DRAIN.plusSeconds(5));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        if (!backlog.drained(DRAIN)) {
            tally.error("closed while events were not durable yet; they are read again");
        }
    }
}
