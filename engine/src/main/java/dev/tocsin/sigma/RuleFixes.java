package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;

/**
 * Mends what can be mended without changing what a rule finds. Comments and layout stay: places in the text are changed,
 * the rest is not touched. Each change is made alone and taken back unless the rules that the file holds afterwards ask
 * the same as before; so a second run finds nothing to do.
 */
public final class RuleFixes {
    private static final int CHANGES_MAX = 10_000;

    private final String file;
    private String text;
    private final TreeSet<String> codes = new TreeSet<>();

    private RuleFixes(String file, String text) {
        this.file = file;
        this.text = text;
    }

    /**
     * @param text the file as it should be
     * @param changes how many changes were made
     * @param codes of the checks that asked for them
     */
    public record Fixed(String text, int changes, List<String> codes) {
    }

    /** @param text the file as it is on the disk, byte order mark included */
    public static Fixed fix(String file, String text) {
        RuleFixes fixes = new RuleFixes(file, text);
        int changes = fixes.layout() + fixes.content();
        return new Fixed(fixes.text, changes, List.copyOf(fixes.codes));
    }

    /** A change of the text, from and to counted in characters. */
    record Edit(LintCheck check, int from, int to, String replacement) {
        String applied(String text) {
            return text.substring(0, from) + replacement + text.substring(to);
        }
    }

    private int layout() {
        int changes = 0;
        String clean = text.startsWith("\ufeff") ? text.substring(1) : text;
        changes += accept(LintCheck.BYTE_ORDER_MARK, clean);
        changes += accept(LintCheck.LINE_ENDS, text.replace("\r\n", "\n"));
        changes += accept(LintCheck.BLANK_LINES_AT_END, text.replaceAll("\\n(\\r?\\n)+\\z", "\n"));
        changes += accept(LintCheck.NO_FINAL_NEWLINE, text.isEmpty() || text.endsWith("\n") ? text : text + "\n");
        String blanks = text.replaceAll("(?m)[ \\t]+$", "");
        int whole = accept(LintCheck.TRAILING_BLANKS, blanks);
        if (whole == 0 && !blanks.equals(text)) {
            // Some of them are part of a value: line by line.
            String[] lines = text.split("\n", -1);
            for (int i = 0; i < lines.length; i++) {
                String before = lines[i];
                lines[i] = before.stripTrailing();
                if (!before.equals(lines[i]) && accept(LintCheck.TRAILING_BLANKS, String.join("\n", lines)) == 0) {
                    lines[i] = before;
                } else if (!before.equals(lines[i])) {
                    changes++;
                }
            }
        }
        return changes + whole;
    }

    /** Takes the layout if every value stays as it is. */
    private int accept(LintCheck check, String changed) {
        if (changed.equals(text) || !values(changed).equals(values(text))) {
            return 0;
        }
        text = changed;
        codes.add(check.code());
        return 1;
    }

    private List<String> values(String yaml) {
        YamlReader.Documents read = YamlReader.read(file, yaml.startsWith("\ufeff") ? yaml.substring(1) : yaml);
        List<String> values = new ArrayList<>(read.documents().stream().map(d -> YamlJson.of(d).toString()).toList());
        read.problems().forEach(p -> values.add(p.code()));
        return values;
    }

    private int content() {
        int changes = 0;
        boolean found = true;
        List<String> meaning = meaning(text);
        TreeSet<String> refused = new TreeSet<>();
        while (found && changes < CHANGES_MAX) {
            found = false;
            for (Edit edit : new RuleEdits(text, YamlReader.read(file, text).documents()).all()) {
                String changed = edit.applied(text);
                if (!changed.equals(text) && !refused.contains(changed)) {
                    if (meaning(changed).equals(meaning)) {
                        text = changed;
                        codes.add(edit.check().code());
                        changes++;
                        found = true;
                        break;
                    }
                    refused.add(changed);
                }
            }
        }
        return changes;
    }

    /** What the rules of the text find, in a form in which equal meanings are equal; and what does not load. */
    private List<String> meaning(String yaml) {
        SigmaRules.Loaded loaded = SigmaRules.parse(file, yaml);
        List<String> meaning = new ArrayList<>();
        for (SigmaRule rule : loaded.rules()) {
            StringBuilder out = new StringBuilder(rule.id()).append(' ').append(rule.title()).append(' ')
                    .append(rule.logSource());
            rule.detections().forEach((name, detection) -> out.append('\n').append(name).append(": ")
                    .append(meaning(detection)));
            rule.conditions().forEach(condition -> out.append('\n').append(meaning(condition)));
            meaning.add(out.toString());
        }
        loaded.problems().forEach(p -> meaning.add(p.code()));
        return meaning;
    }

    private static String meaning(Detection detection) {
        return switch (detection) {
            case Detection.AllOf(var parts) -> "all" + parts.stream().map(RuleFixes::meaning).toList();
            case Detection.AnyOf(var parts) -> "any" + parts.stream().map(RuleFixes::meaning).toList();
            case Detection.Item(_, Detection.FieldTest test, _, _) -> {
                List<String> values = test.values().stream().map(RuleFixes::meaning).distinct().toList();
                yield test.field() + (test.negated() ? " not " : " ") + (test.all() && values.size() > 1 ? "all" : "")
                        + values;
            }
        };
    }

    private static String meaning(ValueTest value) {
        return value instanceof ValueTest.Text text && !text.cased()
                ? Fold.fold(text.pattern().parts().toString())
                : value.toString();
    }

    private static String meaning(Condition condition) {
        return switch (condition) {
            case Condition.And(var parts) -> "and" + parts.stream().map(RuleFixes::meaning).toList();
            case Condition.Or(var parts) -> "or" + parts.stream().map(RuleFixes::meaning).toList();
            case Condition.Not(var part) -> "not " + meaning(part);
            case Condition.Selection(var name) -> name;
            case Condition.Quantified(_, boolean all, var names) -> names.size() == 1
                    ? names.getFirst()
                    : (all ? "all" : "1").toLowerCase(Locale.ROOT) + names;
        };
    }
}
