package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Alerts and events whose texts are made of what formats are made of. Equal for equal seeds. */
final class HostileRecords {
    static final int HOW_MANY = Integer.getInteger("tocsin.fuzz.records", 10_000);
    private static final List<String> PIECES = List.of("|", "=", "\"", "\n", "\r", "\r\n", "\t", "[", "]", "\\", "\\n",
            "\\|", "\\\\", " ", "  ", "^", "~", "a=b", " key=", " msg=x", ",", "\u0001", "\u2028", "\u00a6", "\uE000",
            "CEF:0|", "é", "日本語", "😀", "abc", "x", "'", "</a>", "x09", "%0a", "{\"a\":1}", "<13>1 ", "\uFEFF");
    private static final List<String> LEVELS = List.of("informational", "low", "medium", "high", "critical", "odd");

    private final Random random = new Random(20_260_304);

    /** @param texts what was put in, by ECS path; those of no text are left out of the event */
    record Made(Event event, Map<String, String> texts, boolean alert) {
        String text(String path) {
            return texts.getOrDefault(path, "");
        }
    }

    static void each(Consumer<Made> test) {
        HostileRecords records = new HostileRecords();
        for (int n = 0; n < HOW_MANY; n++) {
            test.accept(records.next(n));
        }
    }

    private Made next(int n) {
        boolean alert = random.nextBoolean();
        Map<String, String> texts = new LinkedHashMap<>();
        texts.put("event.kind", alert ? "alert" : "event");
        for (String path : alert
                ? List.of("rule.id", "rule.title", "rule.author", "summary", "host.name", "user.name", "source.ip")
                : List.of("event.action", "event.code", "event.dataset", "event.outcome", "message", "event.original",
                        "host.name", "user.name", "user.target.name", "source.ip", "source.domain", "destination.ip",
                        "file.name", "file.path", "process.name", "process.command_line", "url.full")) {
            String text = path.endsWith(".ip") && random.nextInt(3) > 0 ? address() : text();
            if (random.nextInt(5) > 0) {
                texts.put(path, text);
            }
        }
        if (alert) {
            texts.put("rule.level", LEVELS.get(random.nextInt(LEVELS.size())));
        }
        ObjectNode body = Json.object();
        texts.forEach((path, text) -> put(body, path, text));
        body.putObject("vendor").put(text(), text()).put("a b", random.nextInt()).put("a_b", text()).put("a-b", true);
        if (alert) {
            body.withArray("events").add(EventId.ofVendor("c", "s", "e" + n).toString());
        }
        Event event = new Event(EventId.ofVendor("acme", "fw", "n" + n), "acme" + text(), "fw" + text(),
                new Origin("s1", "n1", 1, n), "k", Instant.ofEpochMilli(1_772_600_767_000L + random.nextInt()), "",
                LogSource.UNKNOWN, Json.write(body));
        return new Made(event, texts, alert);
    }

    private static void put(ObjectNode body, String path, String text) {
        String[] names = path.split("\\.");
        ObjectNode at = body;
        for (int i = 0; i < names.length - 1; i++) {
            at = at.get(names[i]) instanceof ObjectNode there ? there : at.putObject(names[i]);
        }
        at.put(names[names.length - 1], text);
    }

    private String address() {
        return random.nextBoolean()
                ? "10." + random.nextInt(256) + ".0." + random.nextInt(256)
                : "2001:db8:0:0:0:0:0:" + Integer.toHexString(1 + random.nextInt(0xffff));
    }

    private String text() {
        int pieces = random.nextInt(2000) == 0 ? 5000 : random.nextInt(8);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }
}
