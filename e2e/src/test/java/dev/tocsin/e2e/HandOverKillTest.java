package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import dev.tocsin.log.Stream;
import dev.tocsin.log.StreamReading;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Two engines, each a process of its own, over the log of a third; customers are handed over from one to the other again and
 * again while events flow, and engines are killed at random. Each alert is published exactly once.
 *
 * <p>Long form: {@code -Dtocsin.flips=1000}.
 */
class HandOverKillTest {
    private static final int FLIPS = Integer.getInteger("tocsin.flips", 30);
    private static final int FLIPS_PER_KILL = 12;
    private static final int PER_SECOND = Integer.getInteger("tocsin.rate", 2_000);
    private static final int CUSTOMERS = 50;
    private static final int BATCH = 100;
    private static final long SEED = Long.getLong("tocsin.seed", 20261122L);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String RULES = """
            title: whoami
            id: whoami
            name: whoami
            level: low
            logsource: {product: windows}
            detection: {s: {CommandLine|contains: whoami}, condition: s}
            ---
            title: Thrice by one customer
            id: thrice
            level: high
            correlation:
              type: event_count
              rules: whoami
              generate: true
              group-by: [Channel]
              timespan: 1m
              condition: {gte: 3}
            """;

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private volatile boolean stopping;
    private volatile int made;

    @Test
    void eachAlertIsPublishedOnceWhoeverOwnsItsCustomer() throws Exception {
        Random random = new Random(SEED);
        int broker = NodeProcess.freePort();
        Files.createDirectories(directory.resolve("rules"));
        Files.writeString(directory.resolve("rules/rules.yml"), RULES);
        try (NodeProcess log = new NodeProcess(directory.resolve("log"), directory.resolve("log/data"), source(broker),
                "log",
                "[collector, processor, manager]");
                NodeProcess blue = engine("blue", broker);
                NodeProcess green = engine("green", broker)) {
            log.start();
            blue.launch();
            green.launch();
            blue.awaitReady();
            green.awaitReady();
            log.put("/api/v1/flags/detect.ingress",
                    """
                            {"why":"both engines see everything","definition":{"state":"ENABLED","variants":{"open":true,"closed":false},
                            "defaultVariant":"closed",
                            "targeting":{"if":[{"in":[{"var":"engine"},["blue","green"]]},"open","closed"]}}}""");
            handOver(log, "*", "blue");
            Thread sender = Thread.ofPlatform().start(() -> send(log.hec));
            Map<String, String> owner = new HashMap<>();
            List<Long> took = new ArrayList<>();
            int kills = 0;
            NodeProcess dead = null;
            for (int flip = 0; flip < FLIPS; flip++) {
                String customer = "customer" + random.nextInt(CUSTOMERS);
                String next = owner.getOrDefault(customer, "blue").equals("blue") ? "green" : "blue";
                took.add(handOver(log, customer, next));
                owner.put(customer, next);
                TimeUnit.MILLISECONDS.sleep(random.nextInt(200));
                if (flip % FLIPS_PER_KILL == FLIPS_PER_KILL / 2) {
                    dead = random.nextBoolean() ? blue : green;
                    dead.kill9();
                    kills++;
                } else if (dead != null && random.nextInt(3) == 0) {
                    dead.launch();
                    dead.awaitReady();
                    dead = null;
                }
            }
            if (dead != null) {
                dead.launch();
                dead.awaitReady();
            }
            stopping = true;
            sender.join();
            awaitRead(blue);
            awaitRead(green);
            blue.stop();
            green.stop();
            log.stop();
            took.sort(null);
            System.out.printf(Locale.ROOT,
                    "%d hand-overs in %d ms (median; worst %d), %d kills (seed %d), %d events: %s%n",
                    FLIPS, took.get(FLIPS / 2), took.getLast(), kills, SEED, made, check());
        }
    }

    private static String source(int broker) {
        StringBuilder tokens = new StringBuilder();
        for (int c = 0; c < CUSTOMERS; c++) {
            tokens.append(c == 0 ? "" : ", ").append("{token: t").append(c).append(", customer: customer").append(c)
                    .append('}');
        }
        return """
                log: {listen: "127.0.0.1:%d"}
                sources:
                  hec: {type: http, listen: "127.0.0.1:${hec}", tokens: [%s]}
                index: {enabled: false}
                """.formatted(broker, tokens);
    }

    private NodeProcess engine(String name, int broker) throws IOException {
        return new NodeProcess(directory.resolve(name), directory.resolve(name).resolve("data"), """
                log: {bootstrap_servers: "127.0.0.1:%d", replication_factor: 1}
                detect:
                  engine: %s
                  rules: [%s]
                  correlate: {lateness: 5s, idle: 1s}
                """.formatted(broker, name, directory.resolve("rules")), name, "[engine, manager]");
    }

    /** @return in how many milliseconds it was in force */
    private long handOver(NodeProcess node, String customer, String engine) throws Exception {
        long began = System.nanoTime();
        JsonNode done = node.post("/api/v1/owners", "{\"why\":\"drill\",\"set\":[{\"customer\":\"" + customer
                + "\",\"engine\":\"" + engine + "\"}]}");
        assertThat(done.path("applied").asBoolean()).isTrue();
        return (System.nanoTime() - began) / 1_000_000;
    }

    private void send(int port) {
        long began = System.nanoTime();
        try {
            while (!stopping) {
                if ((System.nanoTime() - began) * PER_SECOND / 1_000_000_000L - made < BATCH) {
                    TimeUnit.MILLISECONDS.sleep(2);
                    continue;
                }
                StringBuilder body = new StringBuilder();
                for (int i = 0; i < BATCH; i++) {
                    body.append(event(made + i));
                }
                HttpRequest request = HttpRequest
                        .newBuilder(URI.create("http://127.0.0.1:" + port + "/services/collector/event"))
                        .header("Authorization", "Splunk t" + made / BATCH % CUSTOMERS)
                        .POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();
                HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (response.statusCode() != 200) {
                    throw new IOException(response.statusCode() + " " + response.body());
                }
                made += BATCH;
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every fiftieth event is one on which the rule fires. */
    private static String event(int n) {
        String command = n % 50 == 7 ? "whoami.exe /priv n" + n : "notepad.exe document" + n + ".txt";
        long now = System.currentTimeMillis();
        return """
                {"time":%d.%03d,"host":"host%d","sourcetype":"sysmon","event":{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Provider_Name":"Microsoft-Windows-Sysmon","Computer":"host%d","Image":"C:\\\\Windows\\\\System32\\\\cmd.exe","CommandLine":"%s","n":%d}}
                """
                .formatted(now / 1000, now % 1000, n / BATCH % 7, n / BATCH % 7, command, n);
    }

    /** Nothing waits for the engine any more, and its correlations have decided about all of it. */
    private static void awaitRead(NodeProcess engine) {
        long[] quietSince = {System.nanoTime()};
        long[] last = {-1};
        await().atMost(LONG).pollInterval(Duration.ofMillis(500)).until(() -> {
            long seen = 0;
            for (JsonNode stage : engine.get("/api/v1/status").path("stages")) {
                seen += stage.path("lag").asLong() > 0 ? 1_000_000_000L : 0;
                seen += stage.path("made").asLong();
            }
            if (seen != last[0]) {
                last[0] = seen;
                quietSince[0] = System.nanoTime();
            }
            // Later than any window that could still close: the lateness.
            return System.nanoTime() - quietSince[0] > TimeUnit.SECONDS.toNanos(12);
        });
    }

    private String check() throws IOException {
        Map<EventId, List<String>> published = new HashMap<>();
        Map<String, Set<EventId>> raised = new HashMap<>();
        Set<EventId> expected = new HashSet<>();
        int[] events = {0};
        try (DurableLog log = DurableLog.open(directory.resolve("log/data"), LogConfig.embedded(), "check",
                List.of())) {
            each(log, Stream.EVENTS, event -> {
                events[0]++;
                if (new String(event.json(), java.nio.charset.StandardCharsets.UTF_8).contains("whoami")) {
                    expected.add(EventId.ofAlert("whoami", List.of(event.id())));
                }
            });
            each(log, Stream.ALERTS, alert -> published.computeIfAbsent(alert.id(), _ -> new ArrayList<>())
                    .add(engine(alert)));
            for (Stream stream : List.of(Stream.ALERTS, Stream.SHADOW)) {
                each(log, stream, alert -> raised.computeIfAbsent(engine(alert), _ -> new HashSet<>()).add(alert.id()));
            }
        }
        assertThat(events[0]).isEqualTo(made);
        assertThat(published.values()).as("an alert that was published twice").allMatch(by -> by.size() == 1);
        assertThat(without(raised.get("blue"), raised.get("green"))).as("alerts that only blue found").isEmpty();
        assertThat(without(raised.get("green"), raised.get("blue"))).as("alerts that only green found").isEmpty();
        assertThat(without(expected, published.keySet())).as("alerts of events that nobody published").isEmpty();
        assertThat(without(raised.get("blue"), published.keySet())).as("alerts that both withheld").isEmpty();
        Map<String, Long> by = new HashMap<>();
        published.values().forEach(e -> by.merge(e.getFirst(), 1L, Long::sum));
        assertThat(by).as("both engines published").containsKeys("blue", "green");
        return "alerts published once " + by + ", lost 0, doubled 0";
    }

    private static Set<EventId> without(Set<EventId> all, Set<EventId> some) {
        Set<EventId> rest = new HashSet<>(all);
        rest.removeAll(some);
        return rest;
    }

    private static String engine(Event alert) {
        return Json.read(alert.json()).path("engine").asString("");
    }

    private static void each(DurableLog log, Stream stream, java.util.function.Consumer<Event> receiver)
            throws IOException {
        log.read(stream, Instant.EPOCH, Instant.now().plus(Duration.ofDays(1)), new StreamReading.Receiver() {
            @Override
            public void begin(long records) {
                // Counted by what comes.
            }

            @Override
            public void event(Event event) {
                receiver.accept(event);
            }
        });
    }
}
