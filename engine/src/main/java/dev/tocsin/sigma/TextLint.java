package dev.tocsin.sigma;

import java.util.List;
import java.util.regex.Pattern;

/** Lints one value that is text. */
final class TextLint {
    private static final Pattern QUERY = Pattern.compile("(?<!\\\\)\\?[\\w.%-]+=|\\.(php|aspx?|jsp|cgi)\\?");
    private static final Pattern INVISIBLE = Pattern
            .compile("[\\u00a0\\u00ad\\u200b-\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2060\\ufeff\\p{Cc}&&[^\\t\\n\\r]]");
    private static final Pattern NETWORK = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){0,2}\\.(\\*)?");
    private static final int SHORT_MAX = 2;

    private final YamlNode.Entry entry;
    private boolean saidShort;
    private boolean saidInvisible;
    private final List<String> modifiers;
    private final List<SigmaProblem> problems;

    TextLint(YamlNode.Entry entry, List<String> modifiers, List<SigmaProblem> problems) {
        this.entry = entry;
        this.modifiers = modifiers;
        this.problems = problems;
    }

    void lint(YamlNode.Scalar scalar) {
        String text = scalar.text();
        boolean plain = modifiers.isEmpty() || modifiers.equals(List.of("all"));
        boolean field = !entry.key().startsWith("|");
        if (QUERY.matcher(text).find()) {
            add(LintCheck.QUESTION_MARK, scalar, "the ? in \"" + text + "\" stands for any one character",
                    "write \\? for a question mark");
        }
        // Once for each item: lists of look-alike characters have hundreds of them on purpose.
        if (!saidInvisible && INVISIBLE.matcher(text).find()) {
            saidInvisible = true;
            add(LintCheck.INVISIBLE_CHARACTER, scalar, "the value has a character that cannot be seen: "
                    + INVISIBLE.matcher(text).results().map(m -> String.format("U+%04X", (int) m.group().charAt(0)))
                            .findFirst().orElse(""),
                    "such come along when text is copied; if it is meant, say so in a comment");
        }
        if (field && plain) {
            exact(scalar, text);
        }
        if (!saidShort && modifiers.contains("contains") && !modifiers.contains("all") && !text.isEmpty()
                && text.length() <= SHORT_MAX) {
            saidShort = true;
            add(LintCheck.SHORT_VALUE, scalar, "\"" + text + "\" is found nearly everywhere", "ask for more of it");
        }
        boolean open = modifiers.contains("startswith") || text.endsWith("*") && plain;
        if (field && open && NETWORK.matcher(text).matches()) {
            add(LintCheck.NETWORK_AS_TEXT, scalar, "\"" + text + "\" looks like an address range",
                    "cidr says it better, such as " + entry.key().split("\\|", -1)[0] + "|cidr: " + network(text));
        }
    }

    private void exact(YamlNode.Scalar scalar, String text) {
        TextPattern pattern = TextPattern.parse(text, false);
        if (text.equals("*")) {
            add(LintCheck.ONLY_WILDCARD, scalar, "a lone * asks only that there is a value",
                    "exists: true says it better, if an empty value counts too");
        } else if (pattern.startsWithMany() || pattern.endsWithMany()) {
            long inner = pattern.parts().stream().filter(p -> p == TextPattern.Wild.MANY).count();
            if (inner == 1 || inner == 2 && pattern.startsWithMany() && pattern.endsWithMany()) {
                String modifier = !pattern.endsWithMany()
                        ? "endswith"
                        : pattern.startsWithMany() ? "contains" : "startswith";
                add(LintCheck.WILDCARDS_FOR_MODIFIER, scalar, "\"" + text + "\" has wildcards at its ends only",
                        "write it without them and with " + modifier);
            }
        }
        if (!text.equals(text.strip()) && !text.isBlank()) {
            add(LintCheck.OUTER_BLANK, scalar, "\"" + text + "\" begins or ends with a blank",
                    "an exact value rarely does; with contains it would be a word's border");
        }
    }

    private static String network(String text) {
        String[] parts = text.replace("*", "").split("\\.");
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < 4; i++) {
            out.append(i == 0 ? "" : ".").append(i < parts.length ? parts[i] : "0");
        }
        return out.append('/').append(parts.length * 8).toString();
    }

    private void add(LintCheck check, YamlNode.Scalar scalar, String what, String hint) {
        problems.add(check.at(scalar.place(), what, hint));
    }
}
