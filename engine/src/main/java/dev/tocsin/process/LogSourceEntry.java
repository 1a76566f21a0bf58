package dev.tocsin.process;

import dev.tocsin.event.LogSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a log source table: when it holds, what it says, and entries within it that say more.
 *
 * @param serviceFrom fields of which the first that has a value names the service
 * @param choose field whose value, without case, picks one of {@code cases}
 * @param then tried in order after {@code cases}; the first that holds adds to what this says
 */
record LogSourceEntry(Condition when, @Nullable String product, @Nullable String service, List<String> serviceFrom,
        List<String> category, @Nullable String choose, Map<String, LogSourceEntry> cases, List<LogSourceEntry> then) {
    private static final Set<String> KEYS = Set.of("name", "when", "product", "service", "service_from", "category",
            "switch", "cases", "then");

    static List<LogSourceEntry> list(List<?> yaml, String where) {
        List<LogSourceEntry> entries = new ArrayList<>();
        for (Object item : yaml) {
            entries.add(of(item, where + " entry " + (entries.size() + 1)));
        }
        return List.copyOf(entries);
    }

    private static LogSourceEntry of(@Nullable Object yaml, String place) {
        Map<String, Object> map = TableReader.map(yaml, place);
        String where = map.get("name") == null ? place : place + " (" + map.get("name") + ")";
        TableReader.onlyKeys(map, KEYS, where);
        String choose = TableReader.text(map.get("switch"));
        if ((choose == null) != (map.get("cases") == null)) {
            throw new TableException(where, "switch and cases go together", "give both or neither");
        }
        Map<String, LogSourceEntry> cases = new HashMap<>();
        if (choose != null) {
            TableReader.map(map.get("cases"), where + " cases").forEach((value, entry) -> cases
                    .put(value.toLowerCase(Locale.ROOT), of(entry, where + " case " + value)));
        }
        return new LogSourceEntry(Condition.of(map.get("when"), where), TableReader.text(map.get("product")),
                TableReader.text(map.get("service")), TableReader.texts(map.get("service_from")),
                TableReader.texts(map.get("category")), choose, Map.copyOf(cases),
                list(map.get("then") == null ? List.of() : TableReader.list(map.get("then")), where));
    }

    boolean holds(Facts facts) {
        return when.holds(facts);
    }

    /** Adds what this entry and those within it say about the event. */
    void tell(Facts facts, Finding finding) {
        finding.product = product != null ? product : finding.product;
        finding.service = service != null ? service : finding.service;
        for (String field : serviceFrom) {
            String value = facts.text(field);
            if (value != null && !value.isEmpty()) {
                finding.service = value;
                break;
            }
        }
        finding.category.addAll(category);
        String value = choose == null ? null : facts.text(choose);
        LogSourceEntry chosen = value == null ? null : cases.get(value.toLowerCase(Locale.ROOT));
        if (chosen != null && chosen.holds(facts)) {
            chosen.tell(facts, finding);
        }
        for (LogSourceEntry entry : then) {
            if (entry.holds(facts)) {
                entry.tell(facts, finding);
                return;
            }
        }
    }

    /** What the entries have said so far; lives for one classification. */
    static final class Finding {
        private @Nullable String product;
        private @Nullable String service;
        private final List<String> category = new ArrayList<>();

        LogSource logSource() {
            return new LogSource(product, category, service);
        }
    }
}
