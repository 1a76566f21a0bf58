package dev.tocsin.sigma;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** From a document to a rule, or to the reason why not. */
final class RuleReader {
    private static final Set<String> COMPONENTS = Set.of("id", "title", "status", "level", "description", "author",
            "references", "tags", "falsepositives", "logsource", "detection");

    private final DetectionReader detections;

    RuleReader(Placeholders placeholders) {
        detections = new DetectionReader(placeholders);
    }

    /** @throws RuleRefused with the first thing that keeps the rule from being evaluated */
    SigmaRule read(RuleDocument document) {
        YamlNode.Mapping root = document.root();
        YamlNode.Mapping detection = mapping(root, "detection",
                "a rule needs detection: with selections and a condition");
        Map<String, Detection> selections = new LinkedHashMap<>();
        for (YamlNode.Entry entry : detection.entries()) {
            if (!entry.key().equals("condition") && !entry.key().equals("timeframe")) {
                selections.put(entry.key(), detections.read(entry.key(), entry.value()));
            }
        }
        String fileName = String.valueOf(Path.of(document.file()).getFileName());
        String title = root.text("title");
        String id = root.text("id");
        String named = title == null ? fileName : title;
        return new SigmaRule(id == null ? idOf(named, fileName) : id, named, root.text("status"), root.text("level"),
                root.text("description"), author(root), texts(root, "references"), texts(root, "tags"),
                texts(root, "falsepositives"), document.file(), Math.max(1, root.place().line()), logSource(root),
                selections,
                conditions(detection, selections), custom(root), List.of());
    }

    static YamlNode.Mapping mapping(YamlNode.Mapping root, String key, String hint) {
        YamlNode node = root.get(key);
        if (node == null) {
            throw root.place().refuse("S104", "\"" + key + "\" is missing", hint);
        }
        if (!(node instanceof YamlNode.Mapping mapping)) {
            throw node.place().refuse("S104", "\"" + key + "\" must be a mapping, not " + node.kindName(), hint);
        }
        return mapping;
    }

    static RuleLogSource logSource(YamlNode.Mapping root) {
        String hint = "name at least one of product, category, service";
        YamlNode.Mapping node = mapping(root, "logsource", hint);
        RuleLogSource source = new RuleLogSource(node.text("product"), node.text("category"), node.text("service"));
        if (source.toString().isEmpty()) {
            throw node.place().refuse("S104", "\"logsource\" names nothing", hint);
        }
        return source;
    }

    private static List<Condition> conditions(YamlNode.Mapping detection, Map<String, Detection> selections) {
        YamlNode node = detection.get("condition");
        if (node == null) {
            throw detection.place().refuse("S105", "\"condition\" is missing", "such as condition: selection");
        }
        if (selections.isEmpty()) {
            throw detection.place().refuse("S104", "\"detection\" defines no selection", "");
        }
        List<Condition> conditions = new ArrayList<>();
        for (YamlNode item : node instanceof YamlNode.Sequence list ? list.items() : List.of(node)) {
            if (!(item instanceof YamlNode.Scalar scalar) || scalar.kind() == YamlNode.Kind.NULL) {
                throw item.place().refuse("S105", "a condition is text, not " + item.kindName(), "");
            }
            conditions.add(ConditionParser.parse(scalar.text(), selections.keySet(), item.place()));
        }
        if (conditions.isEmpty()) {
            throw node.place().refuse("S105", "\"condition\" is an empty list", "");
        }
        return conditions;
    }

    static String idOf(String title, String fileName) {
        return UUID.nameUUIDFromBytes((title + "\n" + fileName).getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static @Nullable String author(YamlNode.Mapping root) {
        List<String> authors = texts(root, "author");
        return authors.isEmpty() ? null : String.join(", ", authors);
    }

    private static List<String> texts(YamlNode.Mapping root, String key) {
        YamlNode node = root.get(key);
        List<YamlNode> items = node instanceof YamlNode.Sequence list
                ? list.items()
                : node == null ? List.of() : List.of(node);
        return items.stream().filter(i -> i instanceof YamlNode.Scalar s && s.kind() != YamlNode.Kind.NULL)
                .map(i -> ((YamlNode.Scalar) i).text()).toList();
    }

    private static Map<String, JsonNode> custom(YamlNode.Mapping root) {
        Map<String, JsonNode> custom = new LinkedHashMap<>();
        for (YamlNode.Entry entry : root.entries()) {
            if (!COMPONENTS.contains(entry.key())) {
                custom.put(entry.key(), YamlJson.of(entry.value()));
            }
        }
        return custom;
    }
}
