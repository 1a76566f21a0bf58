package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Finds the places in a rule file that {@link RuleFixes} may change, and what to put there. */
final class RuleEdits {
    private static final Pattern DATE = Pattern.compile("(\\d{4})[-/.](\\d{1,2})[-/.](\\d{1,2})");
    private static final Pattern TAG = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)+");
    private static final Pattern OPERATOR = Pattern.compile("(?i)(?<![^\\s()])(and|or|not|of|all|any)(?![^\\s()])");
    private static final Map<String, Set<String>> WORDS = Map.of("level",
            Set.of("informational", "low", "medium", "high", "critical"), "status",
            Set.of("stable", "test", "experimental", "deprecated", "unsupported"));

    private final String text;
    private final int[] lineStarts;
    private final List<YamlNode> documents;
    private final List<RuleFixes.Edit> edits = new ArrayList<>();

    RuleEdits(String text, List<YamlNode> documents) {
        this.text = text;
        this.documents = documents;
        List<Integer> starts = new ArrayList<>(List.of(0));
        for (int i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) {
            starts.add(i + 1);
        }
        lineStarts = starts.stream().mapToInt(Integer::intValue).toArray();
    }

    List<RuleFixes.Edit> all() {
        for (YamlNode document : documents) {
            if (document instanceof YamlNode.Mapping root) {
                head(root);
                if (root.get("detection") instanceof YamlNode.Mapping detection) {
                    detection(detection);
                }
            }
        }
        return edits;
    }

    private void head(YamlNode.Mapping root) {
        WORDS.forEach((key, words) -> rewrite(root, key,
                key.equals("level") ? LintCheck.UNKNOWN_LEVEL : LintCheck.UNKNOWN_STATUS, value -> {
                    String lower = value.strip().toLowerCase(Locale.ROOT);
                    return words.contains(lower) ? lower : value;
                }));
        for (String key : List.of("date", "modified")) {
            rewrite(root, key, LintCheck.BAD_DATE, value -> {
                Matcher date = DATE.matcher(value);
                return date.matches()
                        ? String.format(Locale.ROOT, "%s-%02d-%02d", date.group(1), Integer.parseInt(date.group(2)),
                                Integer.parseInt(date.group(3)))
                        : value;
            });
        }
        if (root.get("tags") instanceof YamlNode.Sequence tags) {
            tags.items().forEach(tag -> rewrite(tag, LintCheck.BAD_TAG, RuleEdits::tag));
            repeated(tags, LintCheck.REPEATED_TAG, false);
        }
        if (root.get("references") instanceof YamlNode.Sequence references) {
            repeated(references, LintCheck.REPEATED_REFERENCE, true);
        }
        for (String key : List.of("references", "tags", "falsepositives", "fields")) {
            YamlNode.Entry entry = root.entry(key);
            if (entry != null && entry.keyPlace().column() == 1 && entry.value() instanceof YamlNode.Scalar value
                    && value.kind() != YamlNode.Kind.NULL && value.place().line() == entry.keyPlace().line()) {
                list(entry, value);
            }
        }
    }

    private static String tag(String tag) {
        String lower = tag.strip().toLowerCase(Locale.ROOT).replaceAll("\\s+", "-");
        String tactic = lower.startsWith("attack.") ? lower.substring(7).replace('_', '-') : "";
        String mended = TagLint.TACTICS.contains(tactic) ? "attack." + tactic : lower;
        return TAG.matcher(mended).matches() ? mended : tag;
    }

    /** One value becomes a list of one, in the lines below. */
    private void list(YamlNode.Entry entry, YamlNode.Scalar value) {
        int from = offset(entry.keyPlace()) + entry.key().length() + 1;
        int start = offset(value.place());
        int end = lineEnd(value.place());
        if (start >= from && "\"'".indexOf(text.charAt(start)) < 0
                && text.substring(start, end).stripTrailing().equals(value.text())) {
            edits.add(new RuleFixes.Edit(LintCheck.NOT_A_LIST, from, start, "\n    - "));
        }
    }

    private void detection(YamlNode.Mapping detection) {
        for (YamlNode.Entry entry : detection.entries()) {
            if (entry.key().equals("condition")) {
                Set<String> names = new HashSet<>();
                detection.entries().forEach(e -> names.add(e.key()));
                for (YamlNode one : entry.value() instanceof YamlNode.Sequence list
                        ? list.items()
                        : List.of(entry.value())) {
                    rewrite(one, LintCheck.OPERATOR_CASE, condition -> OPERATOR.matcher(condition).replaceAll(m -> names
                            .contains(m.group()) ? m.group() : m.group().toLowerCase(Locale.ROOT)));
                    names.forEach(name -> rewrite(one, LintCheck.QUANTIFIER_OF_ONE, condition -> condition.replaceAll(
                            "(?i)(?<![^\\s()])(1|any|all)\\s+of\\s+" + Pattern.quote(name) + "(?![^\\s()])",
                            Matcher.quoteReplacement(name))));
                }
            } else {
                walk(entry.value());
            }
        }
    }

    private void walk(YamlNode node) {
        switch (node) {
            case YamlNode.Sequence list -> list.items().forEach(this::walk);
            case YamlNode.Mapping mapping -> mapping.entries().forEach(this::item);
            case YamlNode.Scalar _ -> {
                // A keyword has nothing that could be mended alone.
            }
        }
    }

    private void item(YamlNode.Entry entry) {
        List<String> modifiers = List.of(entry.key().split("\\|", -1));
        List<YamlNode> values = entry.value() instanceof YamlNode.Sequence list
                ? list.items()
                : List.of(entry.value());
        if (modifiers.contains("all") && values.size() == 1 && !entry.key().startsWith("|")) {
            key(entry, LintCheck.ALL_OF_ONE, entry.key().replaceFirst("\\|all(?=\\||$)", ""));
        }
        ModifierLint.ALIASES.forEach((alias, name) -> key(entry, LintCheck.MODIFIER_ALIAS,
                entry.key().replaceFirst("\\|" + alias + "(?=\\||$)", "|" + name)));
        if (entry.value() instanceof YamlNode.Sequence list) {
            repeated(list, LintCheck.REPEATED_VALUE, modifiers.contains("re") || modifiers.contains("cased"));
        }
        boolean before = modifiers.contains("contains") || modifiers.contains("endswith");
        boolean after = modifiers.contains("contains") || modifiers.contains("startswith");
        for (YamlNode value : values) {
            if (modifiers.contains("cidr")) {
                rewrite(value, LintCheck.LOOSE_NETWORK,
                        address -> Network.parse(address).filter(_ -> address.indexOf('/') > 0)
                                .map(Network::toString).orElse(address));
            } else if (!modifiers.contains("re")) {
                rewrite(value, LintCheck.REDUNDANT_WILDCARD, pattern -> before && pattern.length() > 1
                        && pattern.startsWith("*") ? pattern.substring(1) : pattern);
                rewrite(value, LintCheck.REDUNDANT_WILDCARD, pattern -> after && pattern.length() > 1
                        && pattern.endsWith("*") ? pattern.substring(0, pattern.length() - 1) : pattern);
            }
        }
    }

    private void key(YamlNode.Entry entry, LintCheck check, String replacement) {
        int from = offset(entry.keyPlace());
        from += "'\"".indexOf(text.charAt(from)) >= 0 ? 1 : 0;
        if (text.startsWith(entry.key(), from)) {
            edits.add(new RuleFixes.Edit(check, from, from + entry.key().length(), replacement));
        }
    }

    /** Takes later ones out of a list that has one item on each line. */
    private void repeated(YamlNode.Sequence list, LintCheck check, boolean cased) {
        Set<String> seen = new HashSet<>();
        for (YamlNode node : list.items()) {
            if (node instanceof YamlNode.Scalar item && !seen.add(cased
                    ? item.text()
                    : item.text().toLowerCase(Locale.ROOT))) {
                int line = item.place().line() - 1;
                int from = lineStarts[line];
                int to = line + 1 < lineStarts.length ? lineStarts[line + 1] : text.length();
                String before = text.substring(from, offset(item.place()));
                if (before.strip().equals("-")) {
                    edits.add(new RuleFixes.Edit(check, from, to, ""));
                }
            }
        }
    }

    private void rewrite(YamlNode.Mapping root, String key, LintCheck check, UnaryOperator<String> mend) {
        YamlNode value = root.get(key);
        if (value != null) {
            rewrite(value, check, mend);
        }
    }

    /** Where the text of a value stands in the file as it is, it is replaced there; elsewhere left alone. */
    private void rewrite(YamlNode node, LintCheck check, UnaryOperator<String> mend) {
        if (!(node instanceof YamlNode.Scalar scalar)) {
            return;
        }
        String mended = mend.apply(scalar.text());
        int from = offset(scalar.place());
        if (from < text.length() && "'\"".indexOf(text.charAt(from)) >= 0) {
            from++;
        }
        if (!mended.equals(scalar.text()) && text.startsWith(scalar.text(), from)) {
            edits.add(new RuleFixes.Edit(check, from, from + scalar.text().length(), mended));
        }
    }

    private int offset(Place place) {
        int start = lineStarts[Math.min(place.line(), lineStarts.length) - 1];
        return text.offsetByCodePoints(start, place.column() - 1);
    }

    private int lineEnd(Place place) {
        int end = text.indexOf('\n', offset(place));
        return end < 0 ? text.length() : end;
    }
}
