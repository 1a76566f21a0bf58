package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A {@code filter:} document: narrows rules without touching their files. As pySigma does it, a rule with a filter asks
 * {@code (rule) and (filter condition)}, so an exception is written {@code not selection}.
 *
 * <p>The condition was bound to the filter's own selections when it was read, and the rule's to the rule's; so neither can
 * take hold of the other's, whatever patterns they use.
 *
 * @param place of its condition
 * @param rules to which it applies, by id or name; none when it applies to every rule of its log source
 */
record SigmaFilter(SigmaRule.AppliedFilter description, Place place, RuleLogSource logSource, List<Reference> rules,
        Map<String, Detection> detections, Condition condition) {

    /** A rule that the filter names. */
    record Reference(String rule, Place place) {
        boolean names(SigmaRule other) {
            return rule.equalsIgnoreCase(other.id()) || rule.equals(nameOf(other));
        }

        private static @Nullable String nameOf(SigmaRule rule) {
            var name = rule.custom().get("name");
            return name == null ? null : name.asString();
        }
    }

    boolean isFor(SigmaRule rule) {
        return logSource.includes(rule.logSource())
                && (rules.isEmpty() || rules.stream().anyMatch(reference -> reference.names(rule)));
    }

    /** The rule with this filter; the filter's selections go by names that no selection of the rule has. */
    SigmaRule narrow(SigmaRule rule) {
        Map<String, Detection> all = new LinkedHashMap<>(rule.detections());
        Map<String, String> names = new LinkedHashMap<>();
        detections.forEach((name, detection) -> {
            String unique = unique("filter \"" + description.title() + "\" " + name, all.keySet());
            names.put(name, unique);
            all.put(unique, detection);
        });
        Condition own = condition.renamed(name -> names.getOrDefault(name, name));
        List<Condition> conditions = rule.conditions().stream()
                .<Condition>map(one -> new Condition.And(List.of(one, own))).toList();
        List<SigmaRule.AppliedFilter> filters = new ArrayList<>(rule.filters());
        filters.add(description);
        return rule.with(rule.logSource(), all, conditions, rule.custom(), filters);
    }

    private static String unique(String name, Set<String> taken) {
        String unique = name;
        for (int i = 2; taken.contains(unique); i++) {
            unique = name + " " + i;
        }
        return unique;
    }

    /** Whether something in it is turned round; without that a filter keeps only what it describes. */
    boolean negates() {
        return condition.hasNot() || detections.values().stream().anyMatch(SigmaFilter::isNegated);
    }

    private static boolean isNegated(Detection detection) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> parts.stream().anyMatch(SigmaFilter::isNegated);
            case Detection.AnyOf(var parts) -> parts.stream().anyMatch(SigmaFilter::isNegated);
            case Detection.Item item -> item.test().negated();
        };
    }
}
