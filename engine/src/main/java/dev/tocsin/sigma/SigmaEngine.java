package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A rule set ready to match. Immutable and thread-safe; one engine may be asked by any number of threads.
 *
 * <p>How it works: for each distinct log source of events the rules that cover it are found once and kept. Equal items of
 * different rules are one item, and an event decides each at most once; each field is looked up and lower-cased at most once
 * per event.
 */
public final class SigmaEngine {
    /** Log sources come from configuration, so there are few; beyond this bound candidates are found anew each time. */
    private static final int SOURCES_KEPT_MAX = 4096;

    private final List<SigmaRule> rules;
    private final List<CompiledRule> compiled;
    private final FieldTable table;
    private final ConcurrentHashMap<Source, CompiledRule[]> candidates = new ConcurrentHashMap<>();

    private record Source(@Nullable String product, List<String> category, @Nullable String service) {
    }

    private SigmaEngine(List<SigmaRule> rules, List<CompiledRule> compiled, FieldTable table) {
        this.rules = rules;
        this.compiled = compiled;
        this.table = table;
    }

    public static SigmaEngine compile(List<SigmaRule> rules, FieldMapping mapping) {
        FieldTable table = new FieldTable();
        List<CompiledRule> compiled = new ArrayList<>(rules.size());
        for (SigmaRule rule : rules) {
            compiled.add(CompiledRule.of(rule, mapping, table));
        }
        return new SigmaEngine(List.copyOf(rules), List.copyOf(compiled), table);
    }

    /** The rules in it, in the order given. */
    public List<SigmaRule> rules() {
        return rules;
    }

    /**
     * The rules that the event matches, in the engine's order.
     *
     * @param event a JSON object; read, not changed
     * @param product the event's product, null if unknown; as are category (several are possible) and service
     */
    public List<SigmaRule> match(JsonNode event, @Nullable String product, List<String> category,
            @Nullable String service) {
        CompiledRule[] applicable = candidates(new Source(product, List.copyOf(category), service));
        if (applicable.length == 0) {
            return List.of();
        }
        EventView view = new EventView(event, table);
        List<SigmaRule> matched = null;
        for (CompiledRule rule : applicable) {
            if (rule.matches(view)) {
                matched = matched == null ? new ArrayList<>(4) : matched;
                matched.add(rule.rule());
            }
        }
        return matched == null ? List.of() : matched;
    }

    private CompiledRule[] candidates(Source source) {
        CompiledRule[] known = candidates.get(source);
        if (known != null) {
            return known;
        }
        CompiledRule[] found = compiled.stream().filter(
                rule -> rule.rule().logSource().covers(source.product(), source.category(), source.service()))
                .toArray(CompiledRule[]::new);
        if (candidates.size() < SOURCES_KEPT_MAX) {
            candidates.put(source, found);
        }
        return found;
    }
}
