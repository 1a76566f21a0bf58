package dev.tocsin.log;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Events for tests. */
public final class Events {
    public static final Instant TIME = Instant.parse("2026-03-04T05:06:07Z");
    private static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    private Events() {
    }

    public static Event numbered(int n) {
        return of("customer" + n % 3, "host" + n % 5, n,
                "{\"event\":{\"original\":\"line " + n + "\"},\"n\":" + n + "}");
    }

    public static Event of(String customer, String key, int n, String json) {
        return new Event(EventId.ofVendor(customer, "test", Integer.toString(n)), customer, "test",
                new Origin("site", "node", 1, n + 1L), key, START.plusMillis(n * 100L), "", LogSource.UNKNOWN,
                json.getBytes(StandardCharsets.UTF_8));
    }

    public static List<Event> range(int from, int to) {
        List<Event> out = new ArrayList<>();
        for (int n = from; n < to; n++) {
            out.add(numbered(n));
        }
        return out;
    }

    /** Event number n of customer acme, with that body. */
    public static Event event(int n, String json) {
        return event(n, LogSource.UNKNOWN, json);
    }

    public static Event event(int n, LogSource logSource, String json) {
        return new Event(EventId.ofVendor("acme", "fw", "n" + n), "acme", "fw", new Origin("s1", "n1", 1, n),
                "10.0.0.1",
                TIME, "events-acme-2026.03.04", logSource, json.getBytes(StandardCharsets.UTF_8));
    }

    public static String body(Event event) {
        return new String(event.json(), StandardCharsets.UTF_8);
    }
}
