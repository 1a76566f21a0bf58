package dev.tocsin.sigma;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Lints the modifiers of an item, and whether they fit the field. */
final class ModifierLint {
    static final Map<String, String> ALIASES = Map.of("ignorecase", "i", "multiline", "m", "dotall", "s");
    private static final Set<String> NUMERIC = Set.of("lt", "lte", "gt", "gte");
    private static final Pattern NAME_FIELD = Pattern
            .compile("(?i).*(hostname|image|commandline|command_line|path|file|username|domain|url|useragent)");
    private static final Pattern TEXT_FIELD = Pattern
            .compile("(?i).*(image|commandline|command_line|path|filename|username|domain|url|hashes|description)");
    private static final Pattern LETTER = Pattern.compile("\\p{L}");

    private final YamlNode.Entry entry;
    private final String field;
    private final List<String> modifiers;
    private final List<YamlNode> values;
    private final List<SigmaProblem> problems;

    ModifierLint(YamlNode.Entry entry, List<String> modifiers, List<YamlNode> values, List<SigmaProblem> problems) {
        this.entry = entry;
        this.field = entry.key().split("\\|", -1)[0];
        this.modifiers = modifiers;
        this.values = values;
        this.problems = problems;
    }

    void lint() {
        Set<String> seen = new HashSet<>();
        for (String modifier : modifiers) {
            if (!seen.add(modifier)) {
                add(LintCheck.REPEATED_MODIFIER, "\"" + modifier + "\" stands twice", "remove one");
            }
            String name = ALIASES.get(modifier);
            if (name != null) {
                add(LintCheck.MODIFIER_ALIAS, "the specification's name of \"" + modifier + "\" is \"" + name + "\"",
                        "write |" + name);
            }
        }
        if (seen.contains("startswith") && seen.contains("endswith")) {
            add(LintCheck.BOTH_ENDS, LintCheck.BOTH_ENDS.summary(),
                    "write contains; for both ends of one value write 'begin*end' without modifiers");
        }
        if (seen.contains("cased") && values.stream()
                .noneMatch(v -> v instanceof YamlNode.Scalar s && LETTER.matcher(s.text()).find())) {
            add(LintCheck.CASELESS_CASED, LintCheck.CASELESS_CASED.summary(), "remove it");
        }
        if (seen.contains("cidr") && NAME_FIELD.matcher(field).matches()) {
            add(LintCheck.NETWORK_ON_NAME, "\"" + field + "\" holds no address", "cidr never matches text");
        }
        if (modifiers.stream().anyMatch(NUMERIC::contains) && TEXT_FIELD.matcher(field).matches()) {
            add(LintCheck.NUMBER_ON_TEXT, "\"" + field + "\" holds text, which is never "
                    + modifiers.getLast().toUpperCase(Locale.ROOT) + " a number", "name the field with the number");
        }
        allOfExact();
    }

    private void allOfExact() {
        boolean open = modifiers.stream().anyMatch(m -> !m.equals("all") && !m.equals("cased"));
        if (!modifiers.contains("all") || open || field.isEmpty()) {
            return;
        }
        Set<String> texts = new HashSet<>();
        for (YamlNode value : values) {
            if (value instanceof YamlNode.Scalar s && TextPattern.parse(s.text(), false).isLiteral()) {
                texts.add(s.text().toLowerCase(Locale.ROOT));
            }
        }
        if (texts.size() > 1) {
            add(LintCheck.ALL_OF_EXACT, "one value of \"" + field + "\" cannot equal all of them",
                    "was contains|all meant? Only a field that holds a list could match");
        }
    }

    private void add(LintCheck check, String what, String hint) {
        problems.add(check.at(entry.keyPlace(), what, hint));
    }
}
