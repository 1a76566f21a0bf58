package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationType;
import dev.tocsin.sigma.correlate.Threshold;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Reads the condition of a correlation: bounds, or for temporal ones an expression over rules; and the field and the
 * percentile, which the specification has inside the condition, and which may as well stand beside it.
 */
final class ConditionReader {
    private static final List<String> COMPARISONS = Arrays.stream(Threshold.Comparison.values())
            .map(Threshold.Comparison::word).toList();
    private static final String BOUND_HINT = "such as condition: {gte: 10}";

    private final SettingsReader settings;
    private final CorrelationType type;
    private final YamlNode.@Nullable Mapping bounds;
    private @Nullable Threshold threshold;
    private YamlNode.@Nullable Scalar expression;

    /** @param isKnown whether the type could be read; else little can be said */
    ConditionReader(SettingsReader settings, CorrelationType type, boolean isKnown) {
        this.settings = settings;
        this.type = type;
        YamlNode node = settings.node("condition");
        this.bounds = node instanceof YamlNode.Mapping m ? m : null;
        if (isKnown) {
            read(node);
        }
    }

    @Nullable
    Threshold threshold() {
        return threshold;
    }

    YamlNode.@Nullable Scalar expression() {
        return expression;
    }

    private void read(@Nullable YamlNode node) {
        if (node == null) {
            if (!type.isTemporal() && !type.isExtension()) {
                settings.missing("condition", BOUND_HINT);
            }
        } else if (type.isExtension() || type == CorrelationType.TEMPORAL_ORDERED) {
            settings.error("S155", node, type.word() + " takes no condition", type == CorrelationType.TEMPORAL_ORDERED
                    ? "all rules must match in the order in which they stand; for a condition use temporal"
                    : "its settings are keys that begin with x_");
        } else if (node instanceof YamlNode.Scalar scalar && scalar.kind() == YamlNode.Kind.TEXT) {
            if (type == CorrelationType.TEMPORAL) {
                expression = scalar;
            } else {
                settings.error("S155", node, "only a temporal correlation has an expression as condition", BOUND_HINT);
            }
        } else if (bounds != null) {
            readBounds(bounds);
        } else {
            settings.error("S155", node, "a condition is a mapping, not " + node.kindName(), BOUND_HINT);
        }
    }

    private void readBounds(YamlNode.Mapping mapping) {
        List<Threshold.Bound> found = new ArrayList<>();
        boolean spoilt = false;
        for (YamlNode.Entry entry : mapping.entries()) {
            String key = entry.key();
            if (COMPARISONS.contains(key)) {
                BigDecimal number = SettingsReader.number(entry.value());
                if (number == null) {
                    settings.error("S155", entry.value(),
                            "\"" + key + "\" compares with a number, not " + entry.value().kindName(), BOUND_HINT);
                    spoilt = true;
                } else {
                    found.add(new Threshold.Bound(Threshold.Comparison.valueOf(key.toUpperCase(Locale.ROOT)), number));
                }
            } else if (!key.equals("field") && !key.equals("percentile")) {
                settings.error("S155", entry.value(), "\"" + key + "\" is no comparison",
                        Suggestion.hint(key, COMPARISONS, "known are " + String.join(", ", COMPARISONS)));
                spoilt = true;
            }
        }
        if (found.isEmpty() && !spoilt) {
            settings.error("S155", mapping, "the condition compares with nothing", BOUND_HINT);
        } else if (found.size() > 2) {
            settings.error("S155", mapping, "the condition has more than two bounds", "two make a range");
        } else if (found.size() == 2 && isEmptyRange(found)) {
            settings.error("S155", mapping, "no number fulfils " + new Threshold(found), "widen the range");
        } else if (!found.isEmpty()) {
            threshold = new Threshold(found);
        }
    }

    /** Between and at the two numbers lie all cases there are. */
    private static boolean isEmptyRange(List<Threshold.Bound> bounds) {
        Threshold both = new Threshold(bounds);
        BigDecimal a = bounds.get(0).number();
        BigDecimal b = bounds.get(1).number();
        BigDecimal middle = a.add(b).divide(BigDecimal.valueOf(2));
        return List.of(a, b, middle, a.min(b).subtract(BigDecimal.ONE), a.max(b).add(BigDecimal.ONE)).stream()
                .noneMatch(both::holds);
    }

    /** From the condition or from beside it. */
    List<String> fields() {
        YamlNode inside = bounds == null ? null : bounds.get("field");
        YamlNode beside = settings.node("field");
        if (inside != null && beside != null) {
            settings.error("S156", beside, "\"field\" stands in the condition, too", "keep one");
        }
        YamlNode node = inside == null ? beside : inside;
        List<String> fields = SettingsReader.texts(node);
        if (type.needsField() && fields.isEmpty()) {
            settings.error("S156", node, type.word() + " needs a field", "name it as field: under the condition");
        } else if (!type.needsField() && node != null) {
            settings.error("S156", node, type.word() + " looks at no field", "remove it, or use value_count");
        } else if (fields.size() > 1 && isNumeric()) {
            settings.error("S156", node, type.word() + " looks at one field, not " + fields.size(),
                    "several fields are for value_count, x_change and x_new_term");
        }
        return fields;
    }

    private boolean isNumeric() {
        return switch (type) {
            case VALUE_SUM, VALUE_AVG, VALUE_MEDIAN -> true;
            case VALUE_PERCENTILE -> percentileNode() != null;
            default -> false;
        };
    }

    private @Nullable YamlNode percentileNode() {
        YamlNode inside = bounds == null ? null : bounds.get("percentile");
        return inside == null ? settings.node("percentile") : inside;
    }

    @Nullable
    BigDecimal percentile() {
        YamlNode node = percentileNode();
        if (type != CorrelationType.VALUE_PERCENTILE) {
            if (node != null) {
                settings.error("S156", node, "only value_percentile has a percentile", "remove it");
            }
            return null;
        }
        if (node == null) {
            settings.warn("S159", settings.node("condition"),
                    "value_percentile without percentile asks for rare values: those whose share of all matches, in per "
                            + "cent, fulfils the condition",
                    "if a percentile of numbers is meant, say which, such as percentile: 95");
            return null;
        }
        BigDecimal number = SettingsReader.number(node);
        if (number == null || number.signum() < 0 || number.compareTo(BigDecimal.valueOf(100)) > 0) {
            settings.error("S156", node, "a percentile is a number from 0 to 100", "such as percentile: 95");
            return null;
        }
        return number;
    }
}
