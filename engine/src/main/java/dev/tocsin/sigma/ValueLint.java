package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;

/** Lints the values of an item against each other, by what they mean. */
final class ValueLint {
    /** Comparing each with each; long lists are made by machines. */
    private static final int VALUES_MAX = 300;

    private final SigmaRule rule;
    private final List<SigmaProblem> problems = new ArrayList<>();

    ValueLint(SigmaRule rule) {
        this.rule = rule;
    }

    List<SigmaProblem> problems() {
        rule.detections().values().forEach(this::walk);
        return problems;
    }

    private void walk(Detection detection) {
        switch (detection) {
            case Detection.AllOf(var parts) -> parts.forEach(this::walk);
            case Detection.AnyOf(var parts) -> parts.forEach(this::walk);
            case Detection.Item item -> item(item);
        }
    }

    private void item(Detection.Item item) {
        List<ValueTest> values = item.test().values();
        for (ValueTest value : values) {
            if (value instanceof ValueTest.Search(Regex regex) && regex.compile().matcher("").find()) {
                at(LintCheck.REGEX_UNANCHORED_ANY, item, regex + " matches the empty text, so whatever is there",
                        "ask for at least one character");
            }
        }
        if (values.size() < 2 || values.size() > VALUES_MAX || item.test().all()) {
            return;
        }
        int covered = 0;
        String first = "";
        for (int i = 0; i < values.size(); i++) {
            for (int j = 0; j < values.size(); j++) {
                boolean equal = values.get(i).equals(values.get(j));
                if (i != j && !equal && Implication.implies(values.get(i), values.get(j))
                        && (j < i || !Implication.implies(values.get(j), values.get(i)))) {
                    covered++;
                    first = first.isEmpty()
                            ? values.get(j) + " already matches whatever " + values.get(i) + " does"
                            : first;
                    break;
                }
            }
        }
        if (covered > 0) {
            at(LintCheck.VALUE_COVERED, item, first + (covered == 1 ? "" : "; " + (covered - 1) + " more like it"),
                    "remove it, or narrow the other");
        }
    }

    private void at(LintCheck check, Detection.Item item, String what, String hint) {
        problems.add(check.at(new Place(rule.file(), item.line(), item.column()), what, hint));
    }
}
