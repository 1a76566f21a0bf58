package dev.tocsin.sigma;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** Lints one field with its modifiers and values. */
final class ItemLint {
    private static final Pattern AMBIGUOUS = Pattern
            .compile("(?i)y|n|yes|no|on|off|0[0-7]+|0x[0-9a-f]+|0o[0-7]+|\\d+(:[0-5]?\\d)+|\\d{4}-\\d{1,2}-\\d{1,2}.*");
    private static final Pattern PATH_END = Pattern.compile("(?s).*\\\\[\\w .()-]+\\\\[*?]");
    private static final Pattern DASH = Pattern.compile("(?<![\\w])[-/](?=\\w)", Pattern.UNICODE_CHARACTER_CLASS);
    private static final Pattern REGEX_SYMBOLS = Pattern.compile("[\\\\.^$*+?{}\\[\\]|()]");

    private final YamlNode.Entry entry;
    private final List<String> modifiers;
    private final TextLint texts;
    private final List<YamlNode> values;
    private final List<SigmaProblem> problems;

    ItemLint(YamlNode.Entry entry, List<SigmaProblem> problems) {
        this.entry = entry;
        this.problems = problems;
        List<String> parts = List.of(entry.key().split("\\|", -1));
        modifiers = parts.subList(1, parts.size());
        texts = new TextLint(entry, modifiers, problems);
        values = entry.value() instanceof YamlNode.Sequence list ? list.items() : List.of(entry.value());
    }

    void lint() {
        if (modifiers.contains("all") && values.size() == 1) {
            problems.add(
                    LintCheck.ALL_OF_ONE.at(entry.keyPlace(), "\"all\" on a single value says nothing", "remove it"));
        }
        if (modifiers.contains("windash")
                && values.stream().noneMatch(v -> v instanceof YamlNode.Scalar s && DASH.matcher(s.text()).find())) {
            problems.add(LintCheck.WINDASH_WITHOUT_DASH.at(entry.keyPlace(), LintCheck.WINDASH_WITHOUT_DASH.summary(),
                    "it varies - and / at the beginning of a word"));
        }
        new ModifierLint(entry, modifiers, values, problems).lint();
        Set<String> seen = new HashSet<>();
        for (YamlNode value : values) {
            if (value instanceof YamlNode.Scalar scalar) {
                String sameCase = modifiers.contains("re") || modifiers.contains("cased")
                        ? scalar.text()
                        : scalar.text().toLowerCase(Locale.ROOT);
                if (!seen.add(sameCase)) {
                    add(LintCheck.REPEATED_VALUE, scalar, "\"" + scalar.text() + "\" stands twice in the list",
                            "remove one");
                }
                value(scalar);
            }
        }
    }

    private void value(YamlNode.Scalar scalar) {
        String text = scalar.text();
        if (scalar.kind() == YamlNode.Kind.NULL && values.size() > 1) {
            add(LintCheck.NULL_IN_LIST, scalar, LintCheck.NULL_IN_LIST.summary(), "make it a selection of its own");
        }
        if (scalar.plain() && AMBIGUOUS.matcher(text).matches()) {
            add(LintCheck.AMBIGUOUS_SCALAR, scalar, "\"" + text + "\" without quotes is something else in older YAML",
                    "put it in quotes");
        }
        if (modifiers.contains("re")) {
            regex(scalar, text);
        } else if (modifiers.contains("cidr")) {
            network(scalar, text);
        } else if (scalar.kind() == YamlNode.Kind.TEXT) {
            text(scalar, text);
            texts.lint(scalar);
        }
    }

    private void text(YamlNode.Scalar scalar, String text) {
        if (PATH_END.matcher(text).matches()) {
            add(LintCheck.ESCAPED_WILDCARD, scalar,
                    "\"" + text + "\" ends with a literal " + text.charAt(text.length() - 1),
                    "write \\\\* for a backslash and a wildcard");
        }
        boolean before = modifiers.contains("contains") || modifiers.contains("endswith");
        boolean after = modifiers.contains("contains") || modifiers.contains("startswith");
        TextPattern pattern = TextPattern.parse(text, false);
        if (before && pattern.startsWithMany() || after && pattern.endsWithMany()) {
            add(LintCheck.REDUNDANT_WILDCARD, scalar, "the * repeats what the modifier does", "remove it");
        }
        if (modifiers.contains("expand") && !text.matches(".*%[\\w.-]+%.*")) {
            add(LintCheck.EXPAND_WITHOUT_PLACEHOLDER, scalar, "expand finds no placeholder in \"" + text + "\"",
                    "write %name%");
        }
        if (entry.key().startsWith("|") && text.isEmpty()) {
            add(LintCheck.EMPTY_KEYWORD, scalar, LintCheck.EMPTY_KEYWORD.summary(), "remove it");
        }
    }

    private void regex(YamlNode.Scalar scalar, String text) {
        if (text.startsWith(".*") || text.endsWith(".*") && !text.endsWith("\\.*")) {
            add(LintCheck.PLAIN_REGEX, scalar, "a search needs no .* at either end", "remove it");
        } else if (!REGEX_SYMBOLS.matcher(text).find()) {
            add(LintCheck.PLAIN_REGEX, scalar, "the expression is plain text", "use contains, perhaps with cased");
        }
    }

    private void network(YamlNode.Scalar scalar, String text) {
        int slash = text.indexOf('/');
        Network.parse(text).filter(n -> slash > 0).ifPresent(network -> {
            Network.parse(text.substring(0, slash)).filter(a -> a.high() != network.high() || a.low() != network.low())
                    .ifPresent(a -> add(LintCheck.LOOSE_NETWORK, scalar, "\"" + text + "\" has bits behind its prefix",
                            "it is read as " + network));
        });
    }

    private void add(LintCheck check, YamlNode.Scalar scalar, String what, String hint) {
        problems.add(check.at(scalar.place(), what, hint));
    }
}
