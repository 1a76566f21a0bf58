package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Correlations that work together: which match goes to which of them with which values, which of them feed others, and
 * which rules raise no alerts of their own. Immutable; usable by any thread.
 *
 * <p>A correlation that only names detection rules has level 0; one that names correlations has a level above all of
 * these. What a lower level finds for a time is found before an upper level decides about that time.
 */
public final class CorrelationSet {
    /** Numbers are compared exactly; longer ones would cost without end, and no log has them. */
    private static final int NUMBER_CHARACTERS_MAX = 60;
    private static final int NUMBER_SCALE_MAX = 60;

    private final Map<String, Plan> byId = new LinkedHashMap<>();
    private final Map<String, Plan> byDigest = new HashMap<>();
    private final Map<String, List<Route>> routes = new HashMap<>();
    private final Set<String> silent = new HashSet<>();
    private final int levels;

    /** The names a correlation's matches must bring, which of them it groups by, and where they come from. */
    record Route(Plan plan, int rule, List<String> groupFields, List<String> valueFields, List<String> carriedFields) {
    }

    /**
     * A correlation and its place among the others.
     *
     * @param digest names the rule and its meaning
     * @param carried names of fields, beside those of {@code group-by}, that correlations above need
     */
    public record Plan(CorrelationRule rule, String digest, int level, List<String> carried, boolean silent) {
    }

    public CorrelationSet(List<CorrelationRule> rules) {
        Map<String, CorrelationRule> known = new LinkedHashMap<>();
        rules.forEach(rule -> known.put(rule.id(), rule));
        Map<String, Integer> depth = new HashMap<>();
        known.values().forEach(rule -> depth(rule, known, depth, new HashSet<>()));
        silence(known.values());
        Map<String, Set<String>> needed = new HashMap<>();
        List<CorrelationRule> outermostFirst = new ArrayList<>(known.values());
        outermostFirst.sort((a, b) -> Integer.compare(Objects.requireNonNull(depth.get(b.id())),
                Objects.requireNonNull(depth.get(a.id()))));
        for (CorrelationRule rule : outermostFirst) {
            List<String> carried = new ArrayList<>(needed.getOrDefault(rule.id(), Set.of()));
            carried.removeAll(rule.groupBy());
            Collections.sort(carried);
            Plan plan = new Plan(rule, rule.digest(carried), Objects.requireNonNull(depth.get(rule.id())),
                    List.copyOf(carried), silent.contains(rule.id()));
            byId.put(rule.id(), plan);
            byDigest.put(plan.digest(), plan);
            for (int i = 0; i < rule.rules().size(); i++) {
                Route route = route(plan, i);
                routes.computeIfAbsent(rule.rules().get(i).id(), _ -> new ArrayList<>()).add(route);
                Set<String> names = needed.computeIfAbsent(rule.rules().get(i).id(), _ -> new LinkedHashSet<>());
                names.addAll(route.groupFields());
                names.addAll(route.valueFields());
                names.addAll(route.carriedFields());
            }
        }
        levels = depth.values().stream().mapToInt(d -> d + 1).max().orElse(0);
    }

    private static Route route(Plan plan, int rule) {
        CorrelationRule r = plan.rule();
        return new Route(plan, rule, r.groupBy().stream().map(n -> r.field(n, rule)).toList(),
                r.fields().stream().map(n -> r.field(n, rule)).toList(),
                plan.carried().stream().map(n -> r.field(n, rule)).toList());
    }

    private static int depth(CorrelationRule rule, Map<String, CorrelationRule> known, Map<String, Integer> depth,
            Set<String> above) {
        Integer found = depth.get(rule.id());
        if (found != null) {
            return found;
        }
        if (!above.add(rule.id())) {
            throw new IllegalArgumentException("correlations name each other in a circle: " + above);
        }
        int deepest = 0;
        for (CorrelationRule.Reference reference : rule.rules()) {
            CorrelationRule below = known.get(reference.id());
            if (below != null) {
                deepest = Math.max(deepest, depth(below, known, depth, above) + 1);
            }
        }
        above.remove(rule.id());
        depth.put(rule.id(), deepest);
        return deepest;
    }

    /** A rule is silent when correlations name it and none of them lets it speak. */
    private void silence(Iterable<CorrelationRule> rules) {
        Set<String> speaking = new HashSet<>();
        for (CorrelationRule rule : rules) {
            for (CorrelationRule.Reference reference : rule.rules()) {
                (rule.generate() ? speaking : silent).add(reference.id());
            }
        }
        silent.removeAll(speaking);
    }

    public boolean isEmpty() {
        return byId.isEmpty();
    }

    /** One more than the highest level; 0 without rules. */
    public int levels() {
        return levels;
    }

    public List<Plan> plans() {
        return List.copyOf(byId.values());
    }

    /** Empty when no such rule with that meaning is in the set: it was changed or removed. */
    public java.util.Optional<Plan> plan(String digest) {
        return java.util.Optional.ofNullable(byDigest.get(digest));
    }

    /** Whether some correlation names the rule. */
    public boolean isWanted(String ruleId) {
        return routes.containsKey(ruleId);
    }

    /** How many correlations name the rule. */
    public int wantedBy(String ruleId) {
        return routes(ruleId).size();
    }

    /** Whether the rule raises no alert of its own, because correlations name it and none says {@code generate: true}. */
    public boolean isSilent(String ruleId) {
        return silent.contains(ruleId);
    }

    /** The match for each correlation that wants it; one that lacks what a correlation looks at does not go there. */
    public List<KeyedMatch> route(RuleMatch match) {
        List<Route> wanted = routes.get(match.ruleId());
        if (wanted == null) {
            return List.of();
        }
        List<KeyedMatch> keyed = new ArrayList<>(wanted.size());
        for (Route route : wanted) {
            KeyedMatch to = keyed(route, match.event(), match.timeMillis(), match.customer(), match.field());
            if (to != null) {
                keyed.add(to);
            }
        }
        return keyed;
    }

    /** Where an inner correlation's finding goes. */
    List<Route> routes(String ruleId) {
        return routes.getOrDefault(ruleId, List.of());
    }

    static @Nullable KeyedMatch keyed(Route route, MatchId event, long timeMillis, String customer,
            Function<String, @Nullable String> field) {
        CorrelationRule rule = route.plan().rule();
        List<@Nullable String> group = new ArrayList<>(route.groupFields().size());
        for (String name : route.groupFields()) {
            String value = field.apply(name);
            if (value == null && rule.missingGroup() == MissingGroup.DROP) {
                return null;
            }
            group.add(value);
        }
        String value = null;
        if (rule.type().needsField()) {
            value = value(rule, route.valueFields(), field);
            if (value == null) {
                return null;
            }
        }
        List<@Nullable String> carried = List.of();
        if (!route.carriedFields().isEmpty()) {
            carried = new ArrayList<>(route.carriedFields().size());
            for (String name : route.carriedFields()) {
                carried.add(field.apply(name));
            }
        }
        return new KeyedMatch(route.plan().digest(), rule.type().tellsRulesApart() ? route.rule() : 0, event,
                timeMillis, new GroupKey(customer, group), value, carried);
    }

    /** One text that stands for the values of all fields; different values give different texts. */
    private static @Nullable String value(CorrelationRule rule, List<String> fields,
            Function<String, @Nullable String> field) {
        if (fields.size() == 1) {
            String value = field.apply(fields.getFirst());
            return value != null && needsNumber(rule) && number(value) == null ? null : value;
        }
        StringBuilder tuple = new StringBuilder();
        for (String name : fields) {
            String value = field.apply(name);
            if (value == null) {
                return null;
            }
            tuple.append(value.length()).append(':').append(value);
        }
        return tuple.toString();
    }

    private static boolean needsNumber(CorrelationRule rule) {
        return switch (rule.type()) {
            case VALUE_SUM, VALUE_AVG, VALUE_MEDIAN -> true;
            case VALUE_PERCENTILE -> rule.percentile() != null;
            default -> false;
        };
    }

    /** A number as a log may have it; null for anything else. */
    static @Nullable BigDecimal number(String text) {
        if (text.isEmpty() || text.length() > NUMBER_CHARACTERS_MAX) {
            return null;
        }
        try {
            BigDecimal number = new BigDecimal(text.strip());
            return Math.abs((long) number.scale()) > NUMBER_SCALE_MAX ? null : number;
        } catch (NumberFormatException _) {
            return null;
        }
    }
}
