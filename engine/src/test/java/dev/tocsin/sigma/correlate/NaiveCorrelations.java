package dev.tocsin.sigma.correlate;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * Correlations as they are described, over the whole list of matches at once, each definition written down as it is read:
 * every window is looked for anew, nothing is kept up, nothing is stored. Slow; what the real ones are tested against.
 */
final class NaiveCorrelations {
    /** A match of a rule, with all of its fields. */
    record Happened(String ruleId, MatchId id, long time, String customer, Function<String, String> field) {
    }

    /** A match in a group of a correlation. */
    record Item(long time, MatchId id, int rule, String value, Happened happened) {
    }

    /** A correlation fired. */
    record Found(long time, List<Item> events, List<Item> carriers, boolean absent) {
    }

    private final Map<String, CorrelationRule> rules = new LinkedHashMap<>();
    private final AlertNames names;
    private final Map<String, List<Happened>> happened = new HashMap<>();
    private final List<String> lines = new ArrayList<>();

    NaiveCorrelations(List<CorrelationRule> rules, AlertNames names) {
        rules.forEach(r -> this.rules.put(r.id(), r));
        this.names = names;
    }

    /** One line for each firing, sorted. */
    List<String> firings(List<Happened> matches) {
        matches.forEach(m -> happened.computeIfAbsent(m.ruleId(), _ -> new ArrayList<>()).add(m));
        rules.values().forEach(this::find);
        lines.sort(null);
        return lines;
    }

    static String line(CorrelationRule rule, MatchId id, GroupKey group, long time, int events) {
        return rule.id() + " " + group + " " + time + " " + id + " " + events;
    }

    private void find(CorrelationRule rule) {
        if (happened.containsKey(rule.id())) {
            return;
        }
        happened.put(rule.id(), new ArrayList<>());
        rule.rules().stream().map(r -> rules.get(r.id())).filter(Objects::nonNull).forEach(this::find);
        boolean inner = rule.rules().stream().anyMatch(r -> rules.containsKey(r.id()));
        groups(rule).forEach((group, items) -> {
            for (Found found : new NaiveGroup(rule, items).find()) {
                List<MatchId> ids = found.events().stream().map(Item::id).distinct().toList();
                MatchId id = names.id(
                        found.absent() || inner ? rule.id() + "\n" + group.digest() + "\n" + found.time() : rule.id(),
                        found.absent() ? List.of() : ids);
                lines.add(line(rule, id, group, found.time(), ids.size()));
                for (Item item : found.carriers()) {
                    happened.get(rule.id()).add(new Happened(rule.id(), id, found.time(), group.customer(), name -> {
                        int place = rule.groupBy().indexOf(name);
                        return place >= 0
                                ? group.values().get(place)
                                : item.happened().field().apply(rule.field(name, item.rule()));
                    }));
                }
            }
        });
    }

    private Map<GroupKey, List<Item>> groups(CorrelationRule rule) {
        boolean tells = rule.type().tellsRulesApart();
        Map<GroupKey, LinkedHashMap<String, Item>> groups = new LinkedHashMap<>();
        for (int i = 0; i < rule.rules().size(); i++) {
            int number = i;
            for (Happened h : happened.getOrDefault(rule.rules().get(i).id(), List.of())) {
                List<String> key = new ArrayList<>();
                rule.groupBy().forEach(n -> key.add(h.field().apply(rule.field(n, number))));
                List<String> values = new ArrayList<>();
                rule.fields().forEach(n -> values.add(h.field().apply(rule.field(n, number))));
                boolean isNumber = values.size() == 1 && values.getFirst() != null
                        && values.getFirst().matches("-?[0-9.]+");
                boolean numeric = switch (rule.type()) {
                    case VALUE_SUM, VALUE_AVG, VALUE_MEDIAN -> true;
                    case VALUE_PERCENTILE -> rule.percentile() != null;
                    default -> false;
                };
                if (key.contains(null) && rule.missingGroup() == MissingGroup.DROP || values.contains(null)
                        || numeric && !isNumber) {
                    continue;
                }
                String value = values.size() == 1 ? values.getFirst() : values.toString();
                Item item = new Item(h.time(), h.id(), tells ? i : 0, value, h);
                // The later of two that are the same counts: of an inner correlation's findings, the last event's.
                groups.computeIfAbsent(new GroupKey(h.customer(), key), _ -> new LinkedHashMap<>())
                        .put(h.id() + " " + item.rule(), item);
            }
        }
        Comparator<Item> order = rule.type() == CorrelationType.TEMPORAL_ORDERED
                ? Comparator.comparingLong(Item::time).thenComparingInt(Item::rule).thenComparing(Item::id)
                : Comparator.comparingLong(Item::time).thenComparing(Item::id).thenComparingInt(Item::rule);
        Map<GroupKey, List<Item>> sorted = new LinkedHashMap<>();
        groups.forEach((k, v) -> sorted.put(k, v.values().stream().sorted(order).toList()));
        return sorted;
    }

    /** Over all of a window. */
    static boolean holds(CorrelationRule rule, List<Item> window) {
        BigDecimal value = switch (rule.type()) {
            case EVENT_COUNT -> BigDecimal.valueOf(window.size());
            case VALUE_COUNT -> BigDecimal.valueOf(window.stream().map(Item::value).distinct().count());
            case TEMPORAL -> BigDecimal.valueOf(window.stream().map(Item::rule).distinct().count());
            case VALUE_SUM -> sum(window);
            case VALUE_AVG -> sum(window).divide(BigDecimal.valueOf(window.size()), 50, java.math.RoundingMode.HALF_UP);
            case VALUE_MEDIAN -> {
                List<BigDecimal> sorted = window.stream().map(i -> new BigDecimal(i.value())).sorted().toList();
                int n = sorted.size();
                yield sorted.get((n - 1) / 2).add(sorted.get(n / 2)).divide(BigDecimal.valueOf(2));
            }
            case VALUE_PERCENTILE -> {
                List<BigDecimal> sorted = window.stream().map(i -> new BigDecimal(i.value())).sorted().toList();
                double share = rule.percentile().doubleValue() / 100;
                yield IntStream.range(0, sorted.size()).filter(i -> (i + 1.0) / sorted.size() >= share - 1e-12)
                        .mapToObj(sorted::get).findFirst().orElseThrow();
            }
            default -> throw new AssertionError(rule.type());
        };
        return rule.threshold().bounds().stream().allMatch(b -> {
            int sign = value.compareTo(b.number());
            return switch (b.comparison()) {
                case GT -> sign > 0;
                case GTE -> sign >= 0;
                case LT -> sign < 0;
                case LTE -> sign <= 0;
                case EQ -> sign == 0;
                case NEQ -> sign != 0;
            };
        });
    }

    private static BigDecimal sum(List<Item> window) {
        return window.stream().map(i -> new BigDecimal(i.value())).reduce(BigDecimal.ZERO, BigDecimal::add);
    }

    /** The rules that must match are looked for in the one list, those that must not in the other. */
    static boolean holds(RuleExpression expression, List<Item> forward, List<Item> around) {
        return switch (expression) {
            case RuleExpression.And and -> and.parts().stream().allMatch(p -> holds(p, forward, around));
            case RuleExpression.Or or -> or.parts().stream().anyMatch(p -> holds(p, forward, around));
            case RuleExpression.Rule rule -> rule.negated()
                    ? around.stream().noneMatch(i -> i.rule() == rule.number())
                    : forward.stream().anyMatch(i -> i.rule() == rule.number());
        };
    }

    /** Whether the rules from that number on down to the first come before the item, one before the other. */
    static boolean chain(List<Item> window, Item last, int number) {
        if (number == 0) {
            return true;
        }
        return new TreeSet<>(window.stream().map(Item::rule).toList()).contains(number - 1) && window.stream()
                .anyMatch(i -> i.rule() == number - 1 && i.time() <= last.time() && !i.id().equals(last.id())
                        && chain(window, i, number - 1));
    }
}
