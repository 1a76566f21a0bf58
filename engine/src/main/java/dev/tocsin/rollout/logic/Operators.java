package dev.tocsin.rollout.logic;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The operators that look at all of their arguments, by name. */
final class Operators {
    static final Map<String, Function<List<@Nullable Object>, @Nullable Object>> ALL = all();

    private Operators() {
    }

    private static Map<String, Function<List<@Nullable Object>, @Nullable Object>> all() {
        Map<String, Function<List<@Nullable Object>, @Nullable Object>> all = new TreeMap<>();
        all.put("==", two(Values::equal));
        all.put("!=", two((a, b) -> !Values.equal(a, b)));
        all.put("===", two(Values::same));
        all.put("!==", two((a, b) -> !Values.same(a, b)));
        all.put("<", ascending((a, b) -> Values.compare(a, b) < 0));
        all.put("<=", ascending((a, b) -> Values.compare(a, b) <= 0));
        all.put(">", two((a, b) -> Values.compare(a, b) > 0));
        all.put(">=", two((a, b) -> Values.compare(a, b) >= 0));
        all.put("!", v -> !Values.isTrue(v.getFirst()));
        all.put("!!", v -> Values.isTrue(v.getFirst()));
        all.put("in", two(Operators::isIn));
        all.put("cat", Operators::joined);
        all.put("starts_with", two((a, b) -> a instanceof String x && b instanceof String y && x.startsWith(y)));
        all.put("ends_with", two((a, b) -> a instanceof String x && b instanceof String y && x.endsWith(y)));
        all.put("sem_ver", v -> SemanticVersion.compare(v.get(0), v.get(1), v.get(2)));
        return all;
    }

    private static Function<List<@Nullable Object>, @Nullable Object> two(
            BiPredicate<@Nullable Object, @Nullable Object> test) {
        return v -> test.test(v.get(0), v.get(1));
    }

    /** Of three arguments the second stands between. */
    private static Function<List<@Nullable Object>, @Nullable Object> ascending(
            BiPredicate<@Nullable Object, @Nullable Object> test) {
        return v -> test.test(v.get(0), v.get(1)) && (v.size() < 3 || test.test(v.get(1), v.get(2)));
    }

    private static boolean isIn(@Nullable Object part, @Nullable Object whole) {
        return switch (whole) {
            case String text -> part instanceof String s && text.contains(s);
            case List<?> list -> list.stream().anyMatch(e -> Values.same(e, part));
            case null, default -> false;
        };
    }

    static String joined(List<@Nullable Object> values) {
        StringBuilder text = new StringBuilder();
        values.forEach(v -> text.append(Values.text(v)));
        return text.toString();
    }
}
