package dev.tocsin.simulate;

import dev.tocsin.event.Json;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;
import tools.jackson.databind.node.ObjectNode;

/** What was asked and answered. Names are ours and few. Thread-safe. */
final class Statistics {
    private final ConcurrentSkipListMap<String, LongAdder> counts = new ConcurrentSkipListMap<>();

    void count(String name) {
        add(name, 1);
    }

    void add(String name, long amount) {
        counts.computeIfAbsent(name, _ -> new LongAdder()).add(amount);
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        counts.forEach((name, count) -> json.put(name, count.sum()));
        return json;
    }
}
