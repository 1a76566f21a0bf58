package dev.tocsin.sigma;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiPredicate;
import java.util.function.Function;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The {@code rule_conditions} of a pipeline's step. */
final class RuleConditions {
    private static final List<String> LEVELS = List.of("informational", "low", "medium", "high", "critical");
    private static final List<String> STATUSES = List.of("unsupported", "deprecated", "experimental", "test", "stable");
    private static final List<String> ORDERS = List.of("eq", "ne", "gte", "gt", "lte", "lt");
    private static final Map<String, Function<StepSettings, RuleCondition>> TYPES = new TreeMap<>(Map.ofEntries(
            Map.entry("logsource", RuleConditions::logSource),
            Map.entry("contains_detection_item", RuleConditions::containsItem),
            Map.entry("contains_field", RuleConditions::containsField),
            Map.entry("processing_item_applied", RuleConditions::applied),
            Map.entry("rule_processing_item_applied", RuleConditions::applied),
            Map.entry("processing_state", RuleConditions::state), Map.entry("is_sigma_rule", _ -> _ -> true),
            Map.entry("is_sigma_correlation_rule", _ -> _ -> false),
            Map.entry("rule_attribute", RuleConditions::attribute), Map.entry("tag", RuleConditions::tag)));

    private RuleConditions() {
    }

    interface RuleCondition {
        boolean holds(RuleDraft draft);
    }

    static Map<String, Function<StepSettings, RuleCondition>> types() {
        return TYPES;
    }

    static RuleCondition read(StepSettings settings) {
        return PipelineReader.typed(settings, TYPES, "rule condition");
    }

    private static RuleCondition logSource(StepSettings settings) {
        RuleLogSource source = new RuleLogSource(settings.optionalText("product").orElse(null),
                settings.optionalText("category").orElse(null), settings.optionalText("service").orElse(null));
        return draft -> source.includes(draft.logSource());
    }

    private static RuleCondition containsField(StepSettings settings) {
        String field = settings.text("field");
        return draft -> draft.items().anyMatch(item -> field.equals(item.test().field()));
    }

    private static RuleCondition containsItem(StepSettings settings) {
        String field = settings.text("field");
        YamlNode.Scalar value = settings.scalar("value");
        return draft -> draft.items().anyMatch(item -> field.equals(item.test().field())
                && ValueRewriting.asWritten(item).anyMatch(v -> ValueRewriting.isValue(v, value)));
    }

    private static RuleCondition applied(StepSettings settings) {
        String id = settings.text("processing_item_id");
        return draft -> draft.wasApplied(id);
    }

    private static RuleCondition state(StepSettings settings) {
        BiPredicate<String, String> comparison = comparison(settings);
        String key = settings.text("key");
        String value = settings.text("val");
        return draft -> draft.state(key).filter(actual -> comparison.test(actual, value)).isPresent();
    }

    private static RuleCondition tag(StepSettings settings) {
        String tag = settings.text("tag");
        return draft -> draft.rule().tags().contains(tag);
    }

    /** {@code op}: numbers are compared as numbers, all else as text. */
    static BiPredicate<String, String> comparison(StepSettings settings) {
        String order = settings.oneOf("op", ORDERS, "eq");
        return (actual, expected) -> {
            Optional<BigDecimal> a = Numbers.parse(actual);
            Optional<BigDecimal> b = Numbers.parse(expected);
            return holds(order,
                    a.isPresent() && b.isPresent() ? a.get().compareTo(b.get()) : actual.compareTo(expected));
        };
    }

    private static boolean holds(String order, int comparison) {
        return switch (order) {
            case "eq" -> comparison == 0;
            case "ne" -> comparison != 0;
            case "gte" -> comparison >= 0;
            case "gt" -> comparison > 0;
            case "lte" -> comparison <= 0;
            default -> comparison < 0;
        };
    }

    private static RuleCondition attribute(StepSettings settings) {
        String name = settings.text("attribute");
        String value = settings.text("value");
        String operation = settings.oneOf("op", List.of("eq", "ne", "gte", "gt", "lte", "lt", "in", "not_in"), "eq");
        Optional<List<String>> scale = switch (name) {
            case "level" -> Optional.of(LEVELS);
            case "status" -> Optional.of(STATUSES);
            default -> Optional.empty();
        };
        String wanted = value.toLowerCase(Locale.ROOT);
        if (scale.isPresent() && !scale.get().contains(wanted)) {
            throw settings.required("value").place().refuse("S130", "\"" + value + "\" is not a " + name,
                    Suggestion.hint(wanted, scale.get(), "it is one of " + scale.get()));
        }
        Predicate<String> one = actual -> scale.isPresent()
                ? scale.get().contains(actual)
                        && holds(operation, scale.get().indexOf(actual) - scale.get().indexOf(wanted))
                : holds(operation, compare(actual, value));
        return draft -> switch (attribute(draft, name).orElse(null)) {
            case null -> false;
            case List<?> list -> switch (operation) {
                case "in" -> list.contains(value);
                case "not_in" -> !list.contains(value);
                default -> operation.equals("ne"); // A list is never one value, and has no order.
            };
            case Object actual -> !operation.endsWith("in") && one.test(actual.toString());
        };
    }

    private static int compare(String actual, String value) {
        Optional<BigDecimal> a = Numbers.parse(actual);
        Optional<BigDecimal> b = Numbers.parse(value);
        return a.isPresent() && b.isPresent() ? a.get().compareTo(b.get()) : actual.compareTo(value);
    }

    /** A text, or a list of texts. */
    private static Optional<Object> attribute(RuleDraft draft, String name) {
        SigmaRule rule = draft.rule();
        return Optional.ofNullable(switch (name) {
            case "id" -> rule.id();
            case "title" -> rule.title();
            case "status" -> rule.status();
            case "level" -> rule.level();
            case "description" -> rule.description();
            case "author" -> rule.author();
            case "references" -> rule.references();
            case "tags" -> rule.tags();
            case "falsepositives" -> rule.falsepositives();
            default -> {
                JsonNode custom = draft.custom().get(name);
                yield custom == null || custom.isNull()
                        ? null
                        : custom.isArray()
                                ? custom.valueStream().map(JsonNode::asString).toList()
                                : custom.isObject() ? null : custom.asString();
            }
        });
    }
}
