package dev.tocsin.sigma;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one test file and runs its cases. */
final class RuleTestFile {
    private static final String FIRE = "must_fire";
    private static final String NOT_FIRE = "must_not_fire";

    private final Path file;
    private final List<SigmaRule> rules;
    private final FieldMapping mapping;
    private final List<SigmaProblem> problems;
    private final List<RuleTests.Case> cases = new ArrayList<>();
    private boolean demandsFire;

    /** @param problems what is wrong with the file is added */
    RuleTestFile(Path file, List<SigmaRule> rules, FieldMapping mapping, List<SigmaProblem> problems) {
        this.file = file;
        this.rules = rules;
        this.mapping = mapping;
        this.problems = problems;
    }

    List<RuleTests.Case> run() {
        YamlReader.Documents read;
        try {
            read = YamlReader.read(file.toString(), Files.readString(file));
        } catch (IOException e) {
            problems.add(Place.wholeOf(file.toString()).error("S119", "the file cannot be read: " + e, ""));
            return cases;
        }
        problems.addAll(read.problems());
        read.documents().forEach(this::document);
        if (!demandsFire && read.problems().isEmpty()) {
            problems.add(new Place(file.toString(), 1, 1).error("S141", "no event must fire",
                    "a rule that was never seen to fire is not tested: add must_fire"));
        }
        return cases;
    }

    private void document(YamlNode document) {
        if (!(document instanceof YamlNode.Mapping root)) {
            problems.add(
                    document.place().error("S140", "a test file is a mapping with must_fire and must_not_fire", ""));
            return;
        }
        for (YamlNode.Entry entry : root.entries()) {
            if (!entry.key().equals(FIRE) && !entry.key().equals(NOT_FIRE)) {
                problems.add(entry.keyPlace().error("S140", "\"" + entry.key() + "\" is not a key of a test file",
                        Suggestion.hint(entry.key(), List.of(FIRE, NOT_FIRE), "write must_fire or must_not_fire")));
            } else if (entry.value() instanceof YamlNode.Sequence events) {
                for (int i = 0; i < events.items().size(); i++) {
                    event(entry.key(), i + 1, events.items().get(i));
                }
            } else {
                problems.add(entry.keyPlace().error("S140", "\"" + entry.key() + "\" is a list of events", ""));
            }
        }
    }

    private void event(String demand, int number, YamlNode node) {
        if (!(node instanceof YamlNode.Mapping)) {
            problems.add(node.place().error("S140", "an event is a mapping, not " + node.kindName(), ""));
            return;
        }
        boolean mustFire = demand.equals(FIRE);
        demandsFire |= mustFire;
        JsonNode event = YamlJson.of(node);
        List<Explanation> answers = rules.stream().map(rule -> explain(rule, event)).toList();
        boolean fired = answers.stream().anyMatch(Explanation::fires);
        String failure = fired == mustFire
                ? ""
                : (fired ? "fires but must not\n" : "must fire but does not\n")
                        + String.join("\n", answers.stream().map(Explanation::toText).toList());
        cases.add(new RuleTests.Case(file.toString(), node.place().line(), demand + " " + number, rules,
                fired == mustFire,
                failure));
    }

    private Explanation explain(SigmaRule rule, JsonNode event) {
        JsonNode given = event.get("_logsource");
        RuleLogSource own = rule.logSource();
        if (given == null) {
            String category = own.category();
            return Explanation.of(rule, event, own.product(), category == null ? List.of() : List.of(category),
                    own.service(),
                    mapping);
        }
        List<String> categories = new ArrayList<>();
        JsonNode category = given.path("category");
        if (category.isArray()) {
            category.forEach(c -> categories.add(c.asString()));
        } else if (category.isString()) {
            categories.add(category.asString());
        }
        return Explanation.of(rule, event, text(given, "product"), categories, text(given, "service"), mapping);
    }

    private static @Nullable String text(JsonNode object, String key) {
        JsonNode value = object.get(key);
        return value == null || value.isNull() ? null : value.asString();
    }
}
