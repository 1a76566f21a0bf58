package dev.tocsin.detect;

import static org.awaitility.Awaitility.await;

import dev.tocsin.event.Event;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.LogConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** A node that fills groups with two failed logons each, says so, and waits to be killed. */
final class CorrelateCrashChild {
    static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final int BATCH = 1000;

    private CorrelateCrashChild() {
    }

    static DurableLog open(Path directory) {
        return DurableLog.open(directory, LogConfig.embedded(), "node", Logons.STATEFUL);
    }

    /** The n-th failed logon of each user. */
    static List<Event> round(int n, int users) {
        List<Event> events = new ArrayList<>();
        for (int user = 0; user < users; user++) {
            events.add(Logons.logon(n * users + user, NOON.plusSeconds(n), "user" + user, "failed"));
        }
        return events;
    }

    static void append(DurableLog log, List<Event> events) {
        for (int i = 0; i < events.size(); i += BATCH) {
            log.appender().append(events.subList(i, Math.min(i + BATCH, events.size())), List.of(), Map.of()).join();
        }
    }

    public static void main(String[] args) {
        try {
            fill(args);
        } catch (Exception | Error e) {
            e.printStackTrace();
            // The log's threads would keep it alive, and the parent waiting.
            Runtime.getRuntime().halt(1);
        }
    }

    private static void fill(String[] args) throws Exception {
        int users = Integer.parseInt(args[2]);
        DurableLog log = open(Path.of(args[0]));
        Logons.run(log, new ActiveRules(Logons.rules(Path.of(args[1]), "10m", false)), Duration.ofDays(1));
        append(log, round(0, users));
        append(log, round(1, users));
        await().atMost(Duration.ofMinutes(5))
                .until(() -> log.stage("correlate").orElseThrow().status().in() >= 2L * users);
        System.out.println("filled");
        new CountDownLatch(1).await();
    }
}
