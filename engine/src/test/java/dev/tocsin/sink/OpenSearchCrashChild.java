package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.State;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A process that sends numbered events to an OpenSearch, and notes how far it has come only after each flush. */
final class OpenSearchCrashChild {
    static final int EVENTS = 9000;
    private static final Instant START = Instant.parse("2026-03-01T23:00:00Z");

    private OpenSearchCrashChild() {
    }

    /** They are of two days, and so of two indices. */
    static Event event(int n) {
        Instant time = START.plusSeconds(n);
        return new Event(EventId.ofVendor("acme", "fw", "n" + n), "acme", "fw", new Origin("s1", "n1", 1, n), "key",
                time,
                "events-acme-" + time.toString().substring(0, 10).replace('-', '.'), LogSource.UNKNOWN,
                ("{\"n\":" + n + ",\"message\":\"" + "x".repeat(300) + "\"}").getBytes(StandardCharsets.UTF_8));
    }

    public static void main(String[] args) throws Exception {
        Path place = Path.of(args[1]);
        int next = Files.exists(place) ? Integer.parseInt(Files.readString(place)) : 0;
        Random random = new Random();
        try (OpenSearchSink sink = new OpenSearchSink(OpenSearchSinkTest.config(args[0], "1MiB"), new SinkCounts())) {
            sink.assigned(0, (State) nothing(State.class));
            while (next < EVENTS) {
                List<Event> events = new ArrayList<>();
                int to = Math.min(EVENTS, next + 100 + random.nextInt(500));
                for (int n = next; n < to; n++) {
                    events.add(event(n));
                }
                sink.handle(0, events, (Output) nothing(Output.class));
                sink.flush(Commit.NONE);
                Path fresh = Files.writeString(place.resolveSibling("next"), Integer.toString(to));
                Files.move(fresh, place, StandardCopyOption.ATOMIC_MOVE);
                next = to;
                System.out.println("committed");
            }
        }
        System.out.println("finished");
    }

    private static Object nothing(Class<?> type) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[]{type}, (_, method, arguments) -> {
            if (method.getName().equals("dead")) {
                System.out.println("dead " + arguments[1]);
            }
            return null;
        });
    }
}
