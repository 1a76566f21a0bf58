package dev.tocsin.process;

import dev.tocsin.base.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** From one entry of {@code steps:} to a step, or to all problems that it has. */
final class StepCompiler {
    static final String SHAPE = "E120";
    static final String PROTECTED = "E122";
    private static final Pattern REASON = Pattern.compile("[a-z][a-z0-9_]{0,49}");
    private static final Pattern PATH = Pattern.compile("[^.\\s]+(\\.[^.\\s]+)*");
    /** What proves where the event came from, and the time by which its index was chosen. */
    private static final List<String> UNTOUCHED = List.of("event.original", "vendor", "tocsin", "@timestamp");
    private final Cel cel;
    private final Lookups lookups;
    private final String where;
    private final List<Problem> problems;

    StepCompiler(Cel cel, Lookups lookups, String where, List<Problem> problems) {
        this.cel = cel;
        this.lookups = lookups;
        this.where = where;
        this.problems = problems;
    }

    @Nullable
    Step compile(StepConfig config) {
        long kinds = Stream.of(config.filter() != null, config.drop() != null, !config.set().isEmpty(),
                config.lookup() != null)
                .filter(given -> given).count();
        if (kinds != 1) {
            problem(SHAPE, "", "a step has exactly one of filter, drop, set and lookup, not " + kinds,
                    kinds > 1 ? "write several steps; they are applied in their order" : "");
            return null;
        }
        Expression when = config.when() == null ? null : cel.condition(config.when(), where + ".when", problems);
        if (config.filter() != null) {
            Expression keep = cel.condition(config.filter(), where + ".filter", problems);
            String reason = reason(config, "filter");
            return keep == null || reason == null
                    ? null
                    : new Step.Filter(where + " (filter)", when, keep, reason);
        }
        if (config.drop() != null) {
            Expression condition = cel.condition(config.drop(), where + ".drop", problems);
            String reason = reason(config, "drop");
            return condition == null || reason == null
                    ? null
                    : new Step.Drop(where + " (drop)", when, condition, reason);
        }
        if (config.lookup() != null) {
            return look(config.lookup(), config.reason(), when);
        }
        if (config.reason() != null) {
            problem(SHAPE, ".reason", "a set step drops nothing and has no reason", "remove it");
        }
        return new Step.Set(where + " (set)", when, fields(config.set()));
    }

    private List<Step.Field> fields(Map<String, String> set) {
        List<Step.Field> fields = new ArrayList<>();
        set.forEach((path, text) -> {
            String at = ".set." + path;
            if (isField(path, at) && isFree(path, at)) {
                Expression value = cel.value(text, where + at, problems);
                if (value != null) {
                    fields.add(new Step.Field(List.of(path.split("\\.")), value));
                }
            }
        });
        return fields;
    }

    private @Nullable Step look(LookupConfig config, @Nullable String reason, @Nullable Expression when) {
        if (reason != null) {
            problem(SHAPE, ".reason", "a lookup step drops nothing and has no reason", "remove it");
        }
        boolean good = isField(config.key(), ".lookup.key");
        good &= isField(config.into(), ".lookup.into") && isFree(config.into(), ".lookup.into");
        return good
                ? new Step.Look(where + " (lookup)", when, config.key(), List.of(config.into().split("\\.")),
                        lookups.open(config.store(), config.match()), config.onMiss())
                : null;
    }

    private boolean isField(String path, String at) {
        if (!PATH.matcher(path).matches()) {
            problem(SHAPE, at, "\"" + path + "\" is not a field name", "write names joined by dots: user.name");
            return false;
        }
        return true;
    }

    private boolean isFree(String path, String at) {
        for (String untouched : UNTOUCHED) {
            if (isWithin(path, untouched) || isWithin(untouched, path)) {
                problem(PROTECTED, at, "a step cannot set " + path + ", it would change " + untouched,
                        "set another field, such as labels." + path.substring(path.lastIndexOf('.') + 1)
                                .replace("@", ""));
                return false;
            }
        }
        return true;
    }

    private static boolean isWithin(String path, String outer) {
        return path.equals(outer) || path.startsWith(outer + ".");
    }

    private @Nullable String reason(StepConfig config, String kind) {
        String reason = config.reason();
        if (reason == null) {
            problem(SHAPE, ".reason", "a " + kind + " step needs a reason",
                    "add reason: with a short word, such as noise");
            return null;
        }
        if (!REASON.matcher(reason).matches()) {
            problem(SHAPE, ".reason", "\"" + reason + "\" is not a reason",
                    "write a short word of a-z, 0-9 and _, such as known_scanner");
            return null;
        }
        return reason;
    }

    private void problem(String code, String below, String what, String hint) {
        problems.add(new Problem(code, where + below, what, hint));
    }
}
