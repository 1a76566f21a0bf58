package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/** Reads pySigma's processing pipelines. What cannot be used of one is said, and left out. */
final class PipelineReader {
    private static final List<String> KEYS = List.of("name", "priority", "vars", "transformations", "postprocessing",
            "finalizers", "allowed_backends");
    private static final Map<String, Function<StepSettings, PipelineStep.Transformation>> TYPES = new TreeMap<>(
            Map.ofEntries(Map.entry("field_name_mapping", FieldRenaming::mapping),
                    Map.entry("field_name_prefix_mapping", FieldRenaming::prefixMapping),
                    Map.entry("field_name_prefix", FieldRenaming::prefix),
                    Map.entry("field_name_suffix", FieldRenaming::suffix),
                    Map.entry("field_name_transform", FieldRenaming::function),
                    Map.entry("drop_detection_item", RuleTransformations::drop),
                    Map.entry("hashes_fields", HashFields::new),
                    Map.entry("value_placeholders", PlaceholderTransformations::values),
                    Map.entry("wildcard_placeholders", PlaceholderTransformations::wildcards),
                    Map.entry("query_expression_placeholders", PlaceholderTransformations::expressions),
                    Map.entry("add_condition", RuleTransformations::addCondition),
                    Map.entry("change_logsource", RuleTransformations::changeLogSource),
                    Map.entry("replace_string", TextTransformations::replace),
                    Map.entry("map_string", TextTransformations::map), Map.entry("regex", TextTransformations::regex),
                    Map.entry("set_value", TextTransformations::set),
                    Map.entry("convert_type", TextTransformations::convert),
                    Map.entry("case", TextTransformations::letters),
                    Map.entry("set_state", RuleTransformations::setState),
                    Map.entry("set_custom_attribute", RuleTransformations::setCustomAttribute),
                    Map.entry("add_field", s -> RuleTransformations.ofFieldList(s, "field")),
                    Map.entry("remove_field", s -> RuleTransformations.ofFieldList(s, "field")),
                    Map.entry("set_field", s -> RuleTransformations.ofFieldList(s, "fields")),
                    Map.entry("rule_failure", RuleTransformations::ruleFailure),
                    Map.entry("detection_item_failure", RuleTransformations::itemFailure),
                    Map.entry("strict_field_mapping_failure", RuleTransformations::strictMapping),
                    Map.entry("nest", RuleTransformations::nest)));

    private final List<SigmaProblem> problems = new ArrayList<>();

    static Map<String, Function<StepSettings, PipelineStep.Transformation>> types() {
        return TYPES;
    }

    Pipeline.Read read(String file, String yaml) {
        YamlReader.Documents read = YamlReader.read(file, yaml);
        problems.addAll(read.problems());
        List<Pipeline> pipelines = new ArrayList<>();
        for (YamlNode document : read.documents()) {
            if (document instanceof YamlNode.Mapping root) {
                pipelines.add(pipeline(file, root));
            } else {
                problems.add(document.place().error("S130", "a pipeline is a mapping, not " + document.kindName(), ""));
            }
        }
        return new Pipeline.Read(Pipeline.chain(pipelines), problems);
    }

    private Pipeline pipeline(String file, YamlNode.Mapping root) {
        for (YamlNode.Entry entry : root.entries()) {
            if (!KEYS.contains(entry.key())) {
                problems.add(entry.keyPlace().error("S131", "a pipeline has no \"" + entry.key() + "\"",
                        Suggestion.hint(entry.key(), KEYS, "it is left out; known are " + String.join(", ", KEYS))));
            }
        }
        for (String key : List.of("postprocessing", "finalizers")) {
            YamlNode.Entry entry = root.entry(key);
            if (entry != null && !StepSettings.items(entry.value()).isEmpty()) {
                problems.add(
                        entry.keyPlace().warning("S283", "\"" + key + "\" acts on queries, and there are none here",
                                "it is left out"));
            }
        }
        List<PipelineStep> steps = new ArrayList<>();
        YamlNode transformations = root.get("transformations");
        if (transformations instanceof YamlNode.Sequence list) {
            for (YamlNode item : list.items()) {
                orSay(() -> step(item)).ifPresent(steps::add);
            }
        } else if (transformations != null) {
            problems.add(transformations.place().error("S130", "\"transformations\" is a list", ""));
        }
        String name = root.text("name");
        return new Pipeline(name == null ? file : name, orSay(() -> priority(root)).orElse(0L),
                orSay(() -> vars(root)).orElse(Map.of()), steps);
    }

    private <T> Optional<T> orSay(java.util.function.Supplier<T> reading) {
        try {
            return Optional.of(reading.get());
        } catch (RuleRefused e) {
            problems.add(e.problem());
            return Optional.empty();
        }
    }

    private static long priority(YamlNode.Mapping root) {
        YamlNode priority = root.get("priority");
        if (priority == null) {
            return 0;
        }
        if (priority instanceof YamlNode.Scalar s && s.kind() == YamlNode.Kind.INTEGER && s.text().length() < 10) {
            return Long.parseLong(s.text());
        }
        throw priority.place().refuse("S130", "\"priority\" is a whole number", "it is taken to be 0");
    }

    private static Map<String, List<String>> vars(YamlNode.Mapping root) {
        YamlNode node = root.get("vars");
        if (node == null) {
            return Map.of();
        }
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw node.place().refuse("S130", "\"vars\" is a mapping of names to values", "");
        }
        Map<String, List<String>> vars = new LinkedHashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            List<String> values = new ArrayList<>();
            for (YamlNode item : StepSettings.items(entry.value())) {
                if (!(item instanceof YamlNode.Scalar scalar) || scalar.kind() == YamlNode.Kind.NULL
                        || scalar.kind() == YamlNode.Kind.BOOLEAN) {
                    throw item.place().refuse("S130",
                            "the variable \"" + entry.key() + "\" holds " + item.kindName()
                                    + ", not a text or a number",
                            "");
                }
                values.add(scalar.text());
            }
            vars.put(entry.key(), values);
        }
        return vars;
    }

    /** @throws RuleRefused saying what is wrong with it */
    static PipelineStep step(YamlNode node) {
        StepSettings settings = new StepSettings(node, "transformation");
        PipelineStep step = new PipelineStep(settings.optionalText("id").orElse(""),
                StepConditions.read(settings, "rule", RuleConditions::read),
                StepConditions.read(settings, "detection_item", ItemConditions::read),
                StepConditions.read(settings, "field_name", FieldConditions::read),
                typed(settings, TYPES, "transformation"));
        settings.done();
        return step;
    }

    /** What the setting {@code type} chooses. */
    static <T> T typed(StepSettings settings, Map<String, Function<StepSettings, T>> types, String what) {
        YamlNode.Scalar type = settings.scalar("type");
        Function<StepSettings, T> reader = types.get(type.text());
        if (reader == null) {
            throw type.place().refuse("S131", "there is no " + what + " \"" + type.text() + "\"", Suggestion
                    .hint(type.text(), types.keySet(), "known are " + String.join(", ", types.keySet())));
        }
        return reader.apply(settings);
    }
}
