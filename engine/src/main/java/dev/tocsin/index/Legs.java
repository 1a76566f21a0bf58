package dev.tocsin.index;

import dev.tocsin.log.Commit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * How far each leg that writes to the index has come, as it is kept in Lucene's commit data: so the documents and the
 * offsets become durable in one step. Keys {@code leg/NAME/offsets} and {@code leg/NAME/ledger}.
 */
final class Legs {
    private static final String BEGIN = "leg/";
    private static final String OFFSETS = "/offsets";
    private static final String LEDGER = "/ledger";

    private Legs() {
    }

    static Map<String, Commit> read(Iterable<Map.Entry<String, String>> commitData) {
        Map<String, String> data = new TreeMap<>();
        commitData.forEach(e -> data.put(e.getKey(), e.getValue()));
        Map<String, Commit> legs = new TreeMap<>();
        data.forEach((key, value) -> {
            if (key.startsWith(BEGIN) && key.endsWith(OFFSETS)) {
                String name = key.substring(BEGIN.length(), key.length() - OFFSETS.length());
                legs.put(name, new Commit(offsets(value), data.getOrDefault(BEGIN + name + LEDGER, "")));
            }
        });
        return legs;
    }

    static Map<String, String> write(Map<String, Commit> legs) {
        Map<String, String> data = new TreeMap<>();
        legs.forEach((name, commit) -> {
            data.put(BEGIN + name + OFFSETS, new TreeMap<>(commit.offsets()).entrySet().stream()
                    .map(e -> e.getKey() + "=" + e.getValue()).collect(Collectors.joining(",")));
            data.put(BEGIN + name + LEDGER, commit.ledger());
        });
        return data;
    }

    private static Map<String, Long> offsets(String text) {
        Map<String, Long> offsets = new TreeMap<>();
        for (String part : text.split(",")) {
            int equals = part.lastIndexOf('=');
            if (equals > 0) {
                offsets.put(part.substring(0, equals), Long.parseLong(part.substring(equals + 1)));
            }
        }
        return offsets;
    }
}
