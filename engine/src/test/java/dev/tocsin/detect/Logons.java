package dev.tocsin.detect;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStages;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.StageSpec;
import dev.tocsin.log.Stream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Failed logons, rules about them, and the stages from {@code intake} to {@code alerts} over a real log. */
public final class Logons {
    public static final List<String> STATEFUL = List.of("detect", "correlate");
    private static final LogSource LOGON = LogSource.parse("product=test;category=logon");
    private static final String RULES = """
            title: Failed logon
            id: failed
            name: failed_logon
            level: low
            logsource: {product: test}
            detection: {s: {Result: failed}, condition: s}
            ---
            title: Logon
            id: succeeded
            name: logon
            level: low
            logsource: {product: test}
            detection: {s: {Result: ok}, condition: s}
            ---
            title: Many failed logons
            id: brute-force
            name: brute_force
            level: high
            author: A. Author
            references: [https://example.org/brute]
            correlation:
              type: event_count
              rules: failed_logon
              group-by: [User]
              timespan: %s
              condition: {gte: 3}
            """;
    private static final String CHAIN = """
            ---
            title: Many failed logons and then one that succeeded
            id: broken-in
            level: critical
            correlation:
              type: temporal_ordered
              rules: [brute_force, logon]
              group-by: [User]
              timespan: 10m
              generate: true
            """;

    private Logons() {
    }

    /** @param chain whether what follows many failed logons is looked for, too */
    public static Ruleset rules(Path directory, String timespan, boolean chain) {
        try {
            Files.createDirectories(directory);
            Files.writeString(directory.resolve("rules.yml"), RULES.formatted(timespan) + (chain ? CHAIN : ""));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        SigmaLoading.Loaded loaded = SigmaLoading
                .load(DetectConfig.of(List.of(directory), List.of()));
        if (!loaded.problems().isEmpty()) {
            throw new IllegalStateException(loaded.problems().toString());
        }
        return loaded.ruleset();
    }

    static Event logon(int n, Instant time, String user, String result) {
        return logon("acme", n, time, user, result);
    }

    public static Event logon(String customer, int n, Instant time, String user, String result) {
        String json = "{\"vendor\":{\"User\":\"" + user + "\",\"Result\":\"" + result + "\"}}";
        return new Event(EventId.ofVendor(customer, "test", Integer.toString(n)), customer, "test",
                new Origin("site", "node", 1, n + 1L), "host" + n % 7, time, "", LOGON,
                json.getBytes(StandardCharsets.UTF_8));
    }

    /** Starts the stages. */
    static void run(DurableLog log, ActiveRules active, Duration idle) {
        runProcess(log);
        runEngine(log, active, idle, "blue", Gate.NONE);
    }

    public static void runProcess(DurableLog log) {
        log.run(new StageSpec("process", List.of(Stream.INTAKE), 1, false, _ -> new Stage() {
            @Override
            public void handle(int partition, List<Event> events, Output out) {
                events.forEach(e -> out.pass(Stream.EVENTS, e));
            }
        }));
    }

    public static void runEngine(DurableLog log, ActiveRules active, Duration idle, String engine, Gate gate) {
        CorrelateConfig config = new CorrelateConfig(Duration.ofSeconds(5), idle, 1_000_000, ByteSize.parse("256MiB"));
        Alerts alerts = new Alerts(engine, "paris", 1);
        String lane = EngineStages.lane(engine);
        log.run(new StageSpec(EngineStages.name("detect", engine), List.of(Stream.EVENTS), 1, true, lane,
                _ -> new DetectStage(active, alerts, new MatchFeed(config, "paris", Clock.systemUTC()), 0, gate)));
        log.run(new StageSpec(EngineStages.name("correlate", engine), List.of(Stream.MATCHES), 1, true, lane,
                _ -> new CorrelateStage(active, alerts, config, log.partitions(), problem -> {
                    throw new AssertionError(problem);
                }, gate)));
    }
}
