package dev.tocsin.sigma;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A rule set ready to match. Immutable and thread-safe; one engine may be asked by any number of threads, each with an
 * {@link EventMatcher} of its own.
 */
public final class SigmaEngine {
    /** Log sources come from configuration, so there are few; beyond this bound plans are made anew each time. */
    private static final int SOURCES_KEPT_MAX = 4096;
    /** Matchers that wait for the next call of {@link #match}. */
    private static final int MATCHERS_KEPT_MAX = 64;

    private final CompiledRules compiled;
    private final NaiveEvaluator naive;
    private final ConcurrentHashMap<Source, LogSourcePlan> plans = new ConcurrentHashMap<>();
    private final ArrayBlockingQueue<EventMatcher> idle = new ArrayBlockingQueue<>(MATCHERS_KEPT_MAX);

    private record Source(@Nullable String product, List<String> category, @Nullable String service) {
    }

    private SigmaEngine(CompiledRules compiled, FieldMapping mapping) {
        this.compiled = compiled;
        naive = new NaiveEvaluator(mapping);
    }

    public static SigmaEngine compile(List<SigmaRule> rules, FieldMapping mapping) {
        return compile(rules, mapping, EventScope.WHOLE);
    }

    /** @param scope which part of a document of bytes is the event */
    public static SigmaEngine compile(List<SigmaRule> rules, FieldMapping mapping, EventScope scope) {
        return new SigmaEngine(CompiledRules.of(rules, mapping, scope), mapping);
    }

    /** The rules in it, in the order given. */
    public List<SigmaRule> rules() {
        return compiled.rules;
    }

    /** Rules that no literal and no field could rule out, so that they are evaluated for every event of their log source. */
    public List<SigmaRule> alwaysEvaluated() {
        return compiled.always.stream().mapToObj(compiled.rules::get).toList();
    }

    /** For one thread, which keeps it as long as it matches. */
    public EventMatcher matcher() {
        return new EventMatcher(this, compiled);
    }

    /**
     * The rules that the event matches, in the engine's order.
     *
     * @param event a JSON object, all of it the event whatever the scope; read, not changed
     * @param product the event's product, null if unknown; as are category (several are possible) and service
     */
    public List<SigmaRule> match(JsonNode event, @Nullable String product, List<String> category,
            @Nullable String service) {
        EventMatcher matcher = borrow();
        matcher.match(event, product, category, service);
        return giveBack(matcher);
    }

    /**
     * The rules that the event in a document matches, in the engine's order.
     *
     * @param json UTF-8; not to be changed meanwhile
     * @return nothing if the document has no event, because the scope is a member that is not there
     * @throws tools.jackson.core.JacksonException with line and column, when the bytes are not one JSON value within the
     * limits
     */
    public Optional<List<SigmaRule>> match(byte[] json, @Nullable String product, List<String> category,
            @Nullable String service) {
        EventMatcher matcher = borrow();
        boolean there = matcher.match(json, 0, json.length, product, category, service);
        List<SigmaRule> rules = giveBack(matcher);
        return there ? Optional.of(rules) : Optional.empty();
    }

    /** As {@link #match(JsonNode, String, List, String)}, by walking the syntax trees: slow, and obviously right. */
    public List<SigmaRule> matchNaively(JsonNode event, @Nullable String product, List<String> category,
            @Nullable String service) {
        return compiled.rules.stream().filter(rule -> rule.logSource().covers(product, category, service))
                .filter(rule -> naive.matches(rule, event)).toList();
    }

    /** Whether one rule matches an event, whatever its log source; found out as in {@link #matchNaively}. */
    public boolean matchesNaively(SigmaRule rule, JsonNode event) {
        return naive.matches(rule, event);
    }

    private EventMatcher borrow() {
        EventMatcher matcher = idle.poll();
        return matcher == null ? matcher() : matcher;
    }

    /** One that threw is not given back. */
    private List<SigmaRule> giveBack(EventMatcher matcher) {
        List<SigmaRule> rules = matcher.rules();
        idle.offer(matcher);
        return rules;
    }

    LogSourcePlan plan(@Nullable String product, List<String> category, @Nullable String service) {
        Source source = new Source(product, category, service);
        LogSourcePlan known = plans.get(source);
        if (known != null) {
            return known;
        }
        LogSourcePlan made = new LogSourcePlan(compiled, product, category, service);
        if (plans.size() < SOURCES_KEPT_MAX) {
            plans.put(new Source(product, List.copyOf(category), service), made);
        }
        return made;
    }
}
