package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
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
            "license", "regression_tests_path", "simulation", "references", "author", "date", "modified", "tags",
            "scope", "logsource", "detection", "fields",
            "falsepositives", "level", "correlation", "filter", "action");
    private static final Set<String> LISTS = Set.of("references", "tags", "falsepositives", "fields", "related");
    private static final Pattern UUID = Pattern.compile("[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}");
    private static final Pattern DATE = Pattern.compile("\\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\\d|3[01])");
    private static final int TITLE_MAX = 256;
    private static final int DESCRIPTION_MIN = 16;

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
        } else {
            title(title);
        }
        String id = root.text("id");
        if (id == null) {
            missing(LintCheck.MISSING_ID, "alerts refer to it; make one with uuidgen");
        } else if (!UUID.matcher(id).matches()) {
            at(LintCheck.BAD_ID, "id", "the id \"" + id + "\" is not a UUID", "make one with uuidgen");
        }
        if (root.get("filter") == null || root.get("level") != null) {
            // A filter raises no alert, so it needs no level.
            oneOf("level", LEVELS, LintCheck.MISSING_LEVEL, LintCheck.UNKNOWN_LEVEL);
        }
        oneOf("status", STATUSES, LintCheck.MISSING_STATUS, LintCheck.UNKNOWN_STATUS);
        description();
        if (root.get("author") == null) {
            missing(LintCheck.MISSING_AUTHOR, "the author travels with every alert");
        }
        dates();
        logSource();
        new TagLint(root, problems).lint();
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

    private void title(String title) {
        if (title.strip().endsWith(".") && !title.strip().endsWith("..")) {
            at(LintCheck.TITLE_FULL_STOP, "title", LintCheck.TITLE_FULL_STOP.summary(), "a title is no sentence");
        }
        if (title.startsWith("Detects ")) {
            at(LintCheck.TITLE_DETECTS, "title", LintCheck.TITLE_DETECTS.summary(), "every rule does; leave it out");
        }
    }

    private void description() {
        String description = root.text("description");
        if (root.get("description") == null) {
            missing(LintCheck.MISSING_DESCRIPTION, "say what it finds and why that matters");
        } else if (description != null && description.strip().length() < DESCRIPTION_MIN) {
            at(LintCheck.SHORT_DESCRIPTION, "description", LintCheck.SHORT_DESCRIPTION.summary(),
                    "say what it finds and why that matters");
        }
    }

    private void dates() {
        for (String key : List.of("date", "modified")) {
            String date = root.text(key);
            if (date != null && !DATE.matcher(date).matches()) {
                at(LintCheck.BAD_DATE, key, "\"" + date + "\" is not a date", "write 2026-01-31");
            }
        }
        String date = root.text("date");
        String modified = root.text("modified");
        if (modified != null && date == null) {
            at(LintCheck.MODIFIED_WITHOUT_DATE, "modified", LintCheck.MODIFIED_WITHOUT_DATE.summary(),
                    "add when it was written");
        } else if (modified != null && date != null && DATE.matcher(date).matches()
                && DATE.matcher(modified).matches() && modified.compareTo(date) < 0) {
            at(LintCheck.MODIFIED_BEFORE_DATE, "modified", LintCheck.MODIFIED_BEFORE_DATE.summary(),
                    "one of the two is wrong");
        }
    }

    private void logSource() {
        if (root.get("logsource") instanceof YamlNode.Mapping source) {
            for (YamlNode.Entry entry : source.entries()) {
                if (List.of("product", "category", "service").contains(entry.key())
                        && entry.value() instanceof YamlNode.Scalar value
                        && !value.text().equals(value.text().toLowerCase(Locale.ROOT))) {
                    problems.add(LintCheck.LOGSOURCE_CASE.at(value.place(),
                            "the " + entry.key() + " \"" + value.text() + "\" is not in lower case",
                            "log sources are compared as they stand, and events say \""
                                    + value.text().toLowerCase(Locale.ROOT) + "\""));
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
            boolean empty = entry.value() instanceof YamlNode.Scalar s && s.kind() == YamlNode.Kind.NULL
                    || entry.value() instanceof YamlNode.Sequence list && list.items().isEmpty();
            if (empty && KEYS.contains(entry.key())) {
                problems.add(LintCheck.EMPTY_KEY.at(entry.keyPlace(), "\"" + entry.key() + "\" has no value",
                        "fill it or remove it"));
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
