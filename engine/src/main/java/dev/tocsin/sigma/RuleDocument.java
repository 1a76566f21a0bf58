package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One document of a rule file, after {@code action: global|reset|repeat} was carried out.
 *
 * @param sharesId the id came from an earlier document of the file, so that several rules may have it
 */
record RuleDocument(YamlNode.Mapping root, String file, boolean sharesId) {

    /** The documents of a file, in order; a global document is no rule itself. */
    static List<RuleDocument> of(String file, List<YamlNode> documents, List<SigmaProblem> problems) {
        List<RuleDocument> rules = new ArrayList<>();
        YamlNode.Mapping global = null;
        YamlNode.Mapping previous = null;
        for (YamlNode document : documents) {
            if (!(document instanceof YamlNode.Mapping mapping)) {
                if (!(document instanceof YamlNode.Scalar s && s.kind() == YamlNode.Kind.NULL)) {
                    problems.add(document.place().error("S102", "a rule is a mapping, not " + document.kindName(), ""));
                }
                continue;
            }
            String action = mapping.text("action");
            YamlNode.Mapping own = without(mapping, "action");
            boolean isOther = mapping.get("correlation") != null || mapping.get("filter") != null;
            switch (action) {
                case "global" -> {
                    global = own;
                    previous = own;
                }
                case "reset" -> global = null;
                case "repeat" -> {
                    if (previous == null) {
                        problems.add(mapping.place().error("S120", "\"action: repeat\" has nothing to repeat", ""));
                    } else {
                        previous = merge(previous, own);
                        rules.add(new RuleDocument(previous, file, own.get("id") == null));
                    }
                }
                case null -> {
                    YamlNode.Mapping merged = global == null || isOther ? own : merge(global, own);
                    previous = isOther ? previous : merged;
                    rules.add(new RuleDocument(merged, file, merged != own && own.get("id") == null));
                }
                default -> problems.add(mapping.place().error("S120", "\"" + action + "\" is not an action",
                        Suggestion.hint(action, List.of("global", "reset", "repeat"),
                                "known are global, reset, repeat")));
            }
        }
        return rules;
    }

    private static YamlNode.Mapping without(YamlNode.Mapping mapping, String key) {
        return new YamlNode.Mapping(mapping.entries().stream().filter(e -> !e.key().equals(key)).toList(),
                mapping.place());
    }

    /** Deep: mappings are merged, everything else is replaced by the later document's. */
    private static YamlNode.Mapping merge(YamlNode.Mapping under, YamlNode.Mapping over) {
        List<YamlNode.Entry> entries = new ArrayList<>();
        for (YamlNode.Entry entry : under.entries()) {
            YamlNode.@Nullable Entry later = over.entry(entry.key());
            if (later == null) {
                entries.add(entry);
            } else if (entry.value() instanceof YamlNode.Mapping a && later.value() instanceof YamlNode.Mapping b) {
                entries.add(new YamlNode.Entry(later.key(), later.keyPlace(), merge(a, b)));
            } else {
                entries.add(later);
            }
        }
        over.entries().stream().filter(e -> under.entry(e.key()) == null).forEach(entries::add);
        return new YamlNode.Mapping(List.copyOf(entries), over.place());
    }
}
