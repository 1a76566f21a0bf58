package dev.tocsin.detect;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.sigma.correlate.Evicted;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Alerts about the engine itself: a rule was parked, alerts may be lost. They go where alerts go, as of customer {@value
 * #CUSTOMER}, with the member {@code engine_alert} beside what alerts have.
 */
record EngineAlerts(Alerts alerts) {
    static final String CUSTOMER = "tocsin";
    /** A rule was parked. */
    static final String QUARANTINE = "tocsin-quarantine";
    /** Alerts may be lost. */
    static final String LOSS = "tocsin-alert-loss";
    private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("uuuu.MM.dd").withZone(ZoneOffset.UTC);

    /** @param from the first event that the rule is not applied to */
    Event parked(Debt debt, int partition, long from, Instant now, String content) {
        ObjectNode about = about(debt, partition).put("from_offset", from);
        String summary = (debt.isFile() ? "The rules of " + debt.file() : "Rule \"" + debt.title() + "\"")
                + " parked (" + debt.reason().word() + "): " + debt.cause()
                + "; catches up when it is mended or released";
        return alert(QUARANTINE, "Rule parked", "high",
                "parked/" + debt.subject() + "/" + partition + "/" + from + "/" + debt.hash(), summary, about, now,
                content);
    }

    /** @param lost what the rule was not applied to and will not be */
    Event lost(Debt debt, int partition, OffsetRanges lost, String why, Instant now, String content) {
        ObjectNode about = about(debt, partition).put("offsets", lost.toString());
        String summary = "Possible alert loss: rule \"" + (debt.isFile() ? debt.file() : debt.title())
                + "\" was not applied to offsets " + lost + " of partition " + partition + " and cannot be any more: "
                + why;
        return alert(LOSS, "Possible alert loss", "critical",
                "lost/" + debt.subject() + "/" + partition + "/" + lost, summary, about, now, content);
    }

    /** @param groups how many were forgotten at once; the first of them is named */
    Event forgotten(Evicted one, int groups, int partition, Instant time, String content) {
        String rule = one.rule().id();
        ObjectNode about = Json.object().put("rule", rule).put("title", one.rule().head().title())
                .put("file", one.rule().head().file()).put("reason", "evicted").put("cause", one.cause())
                .put("partition", partition).put("groups", groups).put("matches", one.matches())
                .put("group_customer", one.group().customer());
        ArrayNode values = about.putArray("group");
        one.group().values().forEach(v -> values.add(String.valueOf(v)));
        String summary = "Possible alert loss: correlation \"" + one.rule().head().title() + "\" forgot " + groups
                + " groups, such as " + one.group().values() + " with " + one.matches() + " matches: " + one.cause();
        return alert(LOSS, "Possible alert loss", "critical",
                "evicted/" + rule + "/" + one.group().digest() + "/" + time.toEpochMilli(), summary, about, time,
                content);
    }

    /** @param key what the alert's id is made of */
    Event alert(String rule, String title, String level, String key, String summary, ObjectNode about, Instant time,
            String content) {
        EventId id = EventId.ofAlert(rule + " " + alerts.engine() + " " + key, List.of());
        ObjectNode json = Json.object();
        json.put("@timestamp", time.toString()).put("id", id.toString());
        ObjectNode head = json.putObject("rule").put("id", rule).put("title", title).put("level", level)
                .put("author", "Tocsin");
        head.putArray("references");
        head.putArray("tags");
        json.put("customer", CUSTOMER).put("engine", alerts.engine()).put("content", content)
                .put("site", alerts.site()).put("epoch", alerts.epoch()).put("time", time.toString());
        if (!alerts.run().isEmpty()) {
            json.put("run", alerts.run());
        }
        json.putArray("events");
        json.putNull("group");
        json.put("summary", summary);
        json.putObject("event").put("kind", "alert");
        json.set("engine_alert", about);
        json.putObject("tocsin").put("id", id.toString()).put("customer", CUSTOMER).put("source", "detect")
                .put("origin", alerts.origin().toString());
        return new Event(id, CUSTOMER, "detect", alerts.origin(), rule + "/" + key, time,
                "alerts-" + CUSTOMER + "-" + DAY.format(time), LogSource.UNKNOWN, Json.write(json));
    }

    private static ObjectNode about(Debt debt, int partition) {
        return Json.object().put("rule", debt.subject()).put("title", debt.title()).put("file", debt.file())
                .put("reason", debt.reason().word()).put("cause", debt.cause()).put("partition", partition);
    }
}
