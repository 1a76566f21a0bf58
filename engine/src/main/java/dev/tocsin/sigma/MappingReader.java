package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the simple kinds of pySigma's processing pipelines. */
final class MappingReader {
    private static final Set<String> KNOWN_KEYS = Set.of("id", "type", "mapping", "prefix", "rule_conditions",
            "rule_cond_op", "rule_cond_not");

    private final List<SigmaProblem> problems = new ArrayList<>();
    private final List<FieldMapping.Step> steps = new ArrayList<>();

    private MappingReader() {
    }

    static FieldMapping.Read read(String file, String yaml) {
        MappingReader reader = new MappingReader();
        YamlReader.Documents read = YamlReader.read(file, yaml);
        reader.problems.addAll(read.problems());
        for (YamlNode document : read.documents()) {
            if (document instanceof YamlNode.Mapping m && m.get("transformations") instanceof YamlNode.Sequence list) {
                list.items().forEach(reader::step);
            } else {
                reader.problems.add(
                        document.place().error("S130", "a pipeline is a mapping with a list \"transformations\"", ""));
            }
        }
        return new FieldMapping.Read(new FieldMapping(reader.steps), reader.problems);
    }

    private void step(YamlNode node) {
        try {
            if (!(node instanceof YamlNode.Mapping step)) {
                throw node.place().refuse("S130", "a transformation is a mapping, not " + node.kindName(), "");
            }
            FieldMapping.Rename rename = rename(step);
            for (YamlNode.Entry entry : step.entries()) {
                if (!KNOWN_KEYS.contains(entry.key())) {
                    throw entry.keyPlace().refuse("S131",
                            "\"" + entry.key() + "\" of a transformation is not supported",
                            "the transformation is left out");
                }
            }
            boolean negated = "true".equals(step.text("rule_cond_not"));
            boolean any = "or".equals(step.text("rule_cond_op"));
            List<FieldMapping.RuleCondition> conditions = conditions(step, negated);
            steps.add(new FieldMapping.Step(conditions, any != negated && conditions.size() > 1, rename));
        } catch (RuleRefused e) {
            problems.add(e.problem());
        }
    }

    private static FieldMapping.Rename rename(YamlNode.Mapping step) {
        String type = step.text("type");
        return switch (type) {
            case "field_name_mapping" -> {
                Map<String, List<String>> names = names(step);
                yield field -> names.getOrDefault(field, List.of(field));
            }
            case "field_name_prefix" -> {
                String prefix = step.text("prefix");
                if (prefix == null) {
                    throw step.place().refuse("S130", "field_name_prefix needs \"prefix\"", "");
                }
                yield field -> List.of(prefix + field);
            }
            case null -> throw step.place().refuse("S130", "a transformation needs \"type\"", "");
            default -> throw step.place().refuse("S131", "the transformation \"" + type + "\" is not supported",
                    "supported are field_name_mapping and field_name_prefix; it is left out");
        };
    }

    private static Map<String, List<String>> names(YamlNode.Mapping step) {
        if (!(step.get("mapping") instanceof YamlNode.Mapping mapping)) {
            throw step.place().refuse("S130", "field_name_mapping needs \"mapping\"", "");
        }
        Map<String, List<String>> names = new HashMap<>();
        for (YamlNode.Entry entry : mapping.entries()) {
            List<String> paths = new ArrayList<>();
            for (YamlNode item : entry.value() instanceof YamlNode.Sequence list
                    ? list.items()
                    : List.of(entry.value())) {
                if (!(item instanceof YamlNode.Scalar scalar) || scalar.kind() == YamlNode.Kind.NULL) {
                    throw item.place().refuse("S130", "a field maps to a name or a list of names", "");
                }
                paths.add(scalar.text());
            }
            names.put(entry.key(), List.copyOf(paths));
        }
        return names;
    }

    private static List<FieldMapping.RuleCondition> conditions(YamlNode.Mapping step, boolean negated) {
        List<FieldMapping.RuleCondition> conditions = new ArrayList<>();
        if (step.get("rule_conditions") instanceof YamlNode.Sequence list) {
            for (YamlNode item : list.items()) {
                if (!(item instanceof YamlNode.Mapping condition) || !"logsource".equals(condition.text("type"))) {
                    throw item.place().refuse("S131", "only rule_conditions of type logsource are supported",
                            "the transformation is left out");
                }
                conditions.add(new FieldMapping.RuleCondition(new RuleLogSource(condition.text("product"),
                        condition.text("category"), condition.text("service")), negated));
            }
        } else if (step.get("rule_conditions") != null) {
            throw step.place().refuse("S131", "rule_conditions must be a list", "the transformation is left out");
        }
        return conditions;
    }
}
