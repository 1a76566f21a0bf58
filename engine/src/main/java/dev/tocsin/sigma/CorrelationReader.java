package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationRule;
import dev.tocsin.sigma.correlate.CorrelationType;
import dev.tocsin.sigma.correlate.Extension;
import dev.tocsin.sigma.correlate.MissingGroup;
import dev.tocsin.sigma.correlate.Rearm;
import dev.tocsin.sigma.correlate.Threshold;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Reads one {@code correlation:} document; says everything that is wrong with it, not only the first. */
final class CorrelationReader {
    private static final Set<String> HEAD_KEYS = Set.of("id", "title", "name", "status", "level", "description",
            "author", "references", "tags", "falsepositives", "correlation", "generate");
    private static final List<String> TYPES = Arrays.stream(CorrelationType.values()).map(CorrelationType::word)
            .toList();

    private final RuleDocument document;
    private final YamlNode.Mapping root;
    private final SettingsReader settings;

    /** @param settings of the document's {@code correlation:} */
    private CorrelationReader(RuleDocument document, SettingsReader settings) {
        this.document = document;
        this.root = document.root();
        this.settings = settings;
    }

    static boolean isCorrelation(RuleDocument document) {
        return document.root().get("correlation") != null;
    }

    /** Empty when something was wrong; the problems are added. */
    static Optional<CorrelationDraft> read(RuleDocument document, List<SigmaProblem> problems) {
        YamlNode node = Objects.requireNonNull(document.root().get("correlation"));
        if (!(node instanceof YamlNode.Mapping mapping)) {
            problems.add(node.place().error("S150", "\"correlation\" must be a mapping, not " + node.kindName(),
                    "it has type, rules, group-by, timespan and condition"));
            return Optional.empty();
        }
        SettingsReader settings = new SettingsReader(mapping);
        CorrelationDraft draft = new CorrelationReader(document, settings).read();
        problems.addAll(settings.problems());
        return settings.isSound() ? Optional.of(draft) : Optional.empty();
    }

    private CorrelationDraft read() {
        CorrelationType type = settings.word("type", "S151", TYPES, true)
                .flatMap(word -> Arrays.stream(CorrelationType.values()).filter(t -> t.word().equals(word)).findFirst())
                .orElse(CorrelationType.EVENT_COUNT);
        boolean isKnown = settings.isSound();
        List<YamlNode.Scalar> rules = settings.scalars("rules");
        if (rules.isEmpty()) {
            settings.missing("rules", "name the rules that it correlates, by id or name");
        }
        Set<String> written = new LinkedHashSet<>();
        rules.stream().filter(rule -> !written.add(rule.text())).forEach(rule -> settings.error("S150", rule,
                "\"" + rule.text() + "\" stands twice in rules", "remove one"));
        if (isKnown && type == CorrelationType.X_PERCENTAGE && rules.size() != 2) {
            settings.error("S157", settings.node("rules"), "x_percentage compares two rules, not " + rules.size(),
                    "name first the rule that is counted, then the rule that is all");
        }
        ConditionReader condition = new ConditionReader(settings, type, isKnown);
        ExtensionReader extensions = new ExtensionReader(settings, type);
        long timespan = settings.timespan("timespan", true);
        List<String> groupBy = settings.texts("group-by");
        Rearm rearm = rearm(type, condition.threshold(), condition.expression());
        MissingGroup missing = settings.word("x_missing_group", "S157", List.of("own", "drop"), false)
                .map(w -> w.equals("drop") ? MissingGroup.DROP : MissingGroup.OWN).orElse(MissingGroup.OWN);
        boolean generate = settings.bool("generate") || "true".equals(root.text("generate"));
        Extension extension = extensions.read(timespan);
        List<String> fields = condition.fields();
        BigDecimal percentile = condition.percentile();
        YamlNode.Mapping aliases = settings.mapping("aliases");
        settings.refuseOthers();
        return new CorrelationDraft(id(), root.text("name"), head(), root.place(), type, rules, groupBy, timespan,
                condition.threshold(), condition.expression(), fields, percentile, aliases, generate, rearm, missing,
                extension);
    }

    private Rearm rearm(CorrelationType type, @Nullable Threshold threshold,
            YamlNode.@Nullable Scalar expression) {
        Optional<String> word = settings.word("x_rearm", "S157", List.of("consume", "timespan", "sliding"), false);
        Rearm rearm = word.map(w -> Rearm.valueOf(w.toUpperCase(java.util.Locale.ROOT))).orElse(Rearm.CONSUME);
        boolean none = type == CorrelationType.X_NEW_TERM && rearm != Rearm.CONSUME;
        boolean atOnce = switch (type) {
            case EVENT_COUNT, VALUE_COUNT, VALUE_SUM, TEMPORAL -> threshold == null || threshold.bounds().stream()
                    .allMatch(b -> b.comparison() == Threshold.Comparison.GT
                            || b.comparison() == Threshold.Comparison.GTE);
            case TEMPORAL_ORDERED -> true;
            default -> false;
        };
        boolean hasNot = expression != null && (" " + expression.text().toLowerCase(java.util.Locale.ROOT))
                .matches("(?s).*[\\s(]not[\\s(].*");
        if (none || rearm == Rearm.SLIDING && (!atOnce || hasNot)) {
            settings.error("S157", settings.node("x_rearm"), "\"" + rearm.name().toLowerCase(java.util.Locale.ROOT)
                    + "\" means nothing here",
                    "sliding is for conditions that are true as soon as they are reached; x_new_term knows none");
        }
        return rearm;
    }

    private String id() {
        String id = root.text("id");
        return id != null
                ? id
                : UUID.nameUUIDFromBytes((title() + "\n" + fileName()).getBytes(StandardCharsets.UTF_8)).toString();
    }

    private String title() {
        String title = root.text("title");
        return title == null ? fileName() : title;
    }

    private String fileName() {
        return String.valueOf(Path.of(document.file()).getFileName());
    }

    private CorrelationRule.Head head() {
        List<String> authors = SettingsReader.texts(root.get("author"));
        Map<String, JsonNode> custom = new LinkedHashMap<>();
        root.entries().stream().filter(e -> !HEAD_KEYS.contains(e.key()))
                .forEach(e -> custom.put(e.key(), YamlJson.of(e.value())));
        return new CorrelationRule.Head(title(), root.text("status"), root.text("level"), root.text("description"),
                authors.isEmpty() ? null : String.join(", ", authors), SettingsReader.texts(root.get("references")),
                SettingsReader.texts(root.get("tags")), SettingsReader.texts(root.get("falsepositives")),
                document.file(), Math.max(1, root.place().line()), custom);
    }
}
