package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** The transformations of a pipeline that act on a rule as a whole, or on whole items. */
final class RuleTransformations {
    private static final Pattern TEMPLATE = Pattern.compile("\\$(?:\\{(\\w+)}|(\\w+)|(\\$))");
    private static final Detection NOTHING = new Detection.AllOf(List.of());

    private RuleTransformations() {
    }

    /** {@code add_condition}: a selection that must, or must not, hold besides. */
    static PipelineStep.Transformation addCondition(StepSettings settings) {
        YamlNode conditions = settings.required("conditions");
        String name = settings.optionalText("name").orElse("_cond");
        boolean template = settings.flag("template");
        boolean negated = settings.flag("negated");
        DetectionReader reader = new DetectionReader(new Placeholders(Map.of(), true));
        if (!(conditions instanceof YamlNode.Mapping)) {
            throw conditions.place().refuse("S130", "\"conditions\" is a mapping of fields to values", "");
        }
        reader.read(name, conditions); // What is wrong with it is said now, and once.
        return (draft, step) -> draft.require(name,
                reader.read(name, template ? filled(conditions, draft.logSource()) : conditions), negated, step.id());
    }

    private static YamlNode filled(YamlNode node, RuleLogSource source) {
        return switch (node) {
            case YamlNode.Mapping mapping -> new YamlNode.Mapping(mapping.entries().stream()
                    .map(e -> new YamlNode.Entry(e.key(), e.keyPlace(), filled(e.value(), source))).toList(),
                    mapping.place());
            case YamlNode.Sequence list ->
                new YamlNode.Sequence(list.items().stream().map(i -> filled(i, source)).toList(), list.place());
            case YamlNode.Scalar scalar -> scalar.kind() == YamlNode.Kind.TEXT
                    ? new YamlNode.Scalar(filled(scalar.text(), source), scalar.kind(), scalar.plain(), scalar.place())
                    : scalar;
        };
    }

    private static String filled(String text, RuleLogSource source) {
        return TEMPLATE.matcher(text).replaceAll(found -> {
            String name = Optional.ofNullable(found.group(1)).orElse(Optional.ofNullable(found.group(2)).orElse(""));
            String value = switch (name) {
                case "product" -> source.product();
                case "category" -> source.category();
                case "service" -> source.service();
                case "" -> "$";
                default -> found.group();
            };
            return Matcher.quoteReplacement(value == null ? "" : value);
        });
    }

    static PipelineStep.Transformation changeLogSource(StepSettings settings) {
        RuleLogSource source = new RuleLogSource(settings.optionalText("product").orElse(null),
                settings.optionalText("category").orElse(null), settings.optionalText("service").orElse(null));
        if (source.toString().isEmpty()) {
            throw settings.place().refuse("S130", "change_logsource names no log source",
                    "name at least one of product, category, service");
        }
        return (draft, _) -> draft.logSource(source);
    }

    static PipelineStep.Transformation setState(StepSettings settings) {
        String key = settings.text("key");
        String value = settings.text("val");
        return (draft, _) -> draft.state(key, value);
    }

    static PipelineStep.Transformation setCustomAttribute(StepSettings settings) {
        String attribute = settings.text("attribute");
        JsonNode value = YamlJson.of(settings.optionalNull("value"));
        return (draft, _) -> draft.custom().put(attribute, value);
    }

    static PipelineStep.Transformation drop(@SuppressWarnings("unused") StepSettings settings) {
        return (draft, step) -> draft.rewrite(step, _ -> NOTHING);
    }

    static PipelineStep.Transformation ruleFailure(StepSettings settings) {
        String message = settings.text("message");
        return (draft, _) -> {
            throw draft.place().refuse("S132", message, "so says the pipeline");
        };
    }

    static PipelineStep.Transformation itemFailure(StepSettings settings) {
        String message = settings.text("message");
        return (draft, step) -> draft.items().filter(item -> step.isFor(draft, item)).findFirst().ifPresent(item -> {
            throw draft.place(item).refuse("S132", message, "so says the pipeline of \"" + item.written() + "\"");
        });
    }

    /** Every field must have been mapped by an earlier step. */
    static PipelineStep.Transformation strictMapping(@SuppressWarnings("unused") StepSettings settings) {
        return (draft, step) -> draft.items().forEach(item -> {
            String field = item.test().field();
            if (field != null && !draft.isMapped(field) && step.isFor(draft, item)) {
                throw draft.place(item).refuse("S132", "the pipeline has no name for the field \"" + field + "\"",
                        "add it to a field_name_mapping");
            }
        });
    }

    /** What speaks only of the fields that a query would return. */
    static PipelineStep.Transformation ofFieldList(StepSettings settings, String key) {
        settings.texts(key);
        return (_, _) -> {
        };
    }

    static PipelineStep.Transformation nest(StepSettings settings) {
        List<PipelineStep> steps = new ArrayList<>();
        for (YamlNode item : StepSettings.items(settings.required("items"))) {
            steps.add(PipelineReader.step(item));
        }
        return (draft, _) -> steps.forEach(step -> step.run(draft));
    }
}
