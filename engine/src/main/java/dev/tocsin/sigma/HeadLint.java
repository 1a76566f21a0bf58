package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Lints what stands around the detection: id, title, level, dates, tags. */
final class HeadLint {
    private static final Set<String> LEVELS = new TreeSet<>(
            Set.of("informational", "low", "medium", "high", "critical"));
    private static final Set<String> STATUSES = new TreeSet<>(
            Set.of("stable", "test", "experimental", "deprecated", "unsupported"));
    private static final Set<String> KEYS = Set.of("title", "id", "name", "related", "taxonomy", "status",
            "description",
            "license", "references", "author", "date", "modified", "tags", "scope", "logsource", "detection", "fields",
            "falsepositives", "level", "correlation", "filter", "action");
    private static final Set<String> LISTS = Set.of("references", "tags", "falsepositives", "fields", "related");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern DATE = Pattern.compile("\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])");
    private static final Pattern TAG = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)+");
    private static final int TITLE_MAX = 256;

    private final YamlNode.Mapping root;
    private final List<SigmaProblem> problems = new ArrayList<>();

    HeadLint(YamlNode.Mapping root) {
        this.root = root;
    }

    List<SigmaProblem> problems() {
        String title = root.text("title");
        if (title == null) {
            missing(LintCheck.MISSING_TITLE, "say in a few words what the rule finds");
        } else if (title.length() > TITLE_MAX) {
            at(LintCheck.LONG_TITLE, "title", "the title has " + title.length() + " characters", "keep it below 256");
        }
        String id = root.text("id");
        if (id == null) {
            missing(LintCheck.MISSING_ID, "alerts refer to it; make one with uuidgen");
        } else if (!UUID.matcher(id).matches()) {
            at(LintCheck.BAD_ID, "id", "the id \"" + id + "\" is not a UUID", "make one with uuidgen");
        }
        oneOf("level", LEVELS, LintCheck.MISSING_LEVEL, LintCheck.UNKNOWN_LEVEL);
        oneOf("status", STATUSES, LintCheck.MISSING_STATUS, LintCheck.UNKNOWN_STATUS);
        if (root.get("description") == null) {
            missing(LintCheck.MISSING_DESCRIPTION, "say what it finds and why that matters");
        }
        if (root.get("author") == null) {
            missing(LintCheck.MISSING_AUTHOR, "the author travels with every alert");
        }
        for (String key : List.of("date", "modified")) {
            String date = root.text(key);
            if (date != null && !DATE.matcher(date).matches()) {
                at(LintCheck.BAD_DATE, key, "\"" + date + "\" is not a date", "write 2026-01-31");
            }
        }
        tags();
        shapes();
        return problems;
    }

    private void oneOf(String key, Set<String> known, LintCheck absent, LintCheck unknown) {
        String value = root.text(key);
        if (value == null) {
            missing(absent, "one of " + String.join(", ", known));
        } else if (!known.contains(value)) {
            at(unknown, key, "\"" + value + "\" is not a " + key,
                    Suggestion.hint(value, known, "known are " + String.join(", ", known)));
        }
    }

    private void tags() {
        if (root.get("tags") instanceof YamlNode.Sequence list) {
            for (YamlNode item : list.items()) {
                if (item instanceof YamlNode.Scalar tag && !TAG.matcher(tag.text()).matches()) {
                    problems.add(LintCheck.BAD_TAG.at(tag.place(), "\"" + tag.text() + "\" is not a tag",
                            "write namespace.name in lower case, such as attack.t1059.001"));
                }
            }
        }
    }

    private void shapes() {
        for (YamlNode.Entry entry : root.entries()) {
            if (LISTS.contains(entry.key()) && entry.value() instanceof YamlNode.Scalar s
                    && s.kind() != YamlNode.Kind.NULL) {
                at(LintCheck.NOT_A_LIST, entry.key(), "\"" + entry.key() + "\" should be a list",
                        "put \"- \" before it");
            }
            Optional<String> meant = Suggestion.nearest(entry.key(), KEYS);
            if (!KEYS.contains(entry.key()) && meant.isPresent() && root.get(meant.get()) == null) {
                problems.add(
                        LintCheck.MISSPELT_KEY.at(entry.keyPlace(), "\"" + entry.key() + "\" is not a key of Sigma",
                                "did you mean \"" + meant.get() + "\"? Custom keys are allowed"));
            }
        }
    }

    private void missing(LintCheck check, String hint) {
        problems.add(check.at(root.place(), check.summary(), hint));
    }

    private void at(LintCheck check, String key, String what, String hint) {
        YamlNode node = root.get(key);
        problems.add(check.at((node == null ? root : node).place(), what, hint));
    }
}
