package dev.tocsin.process;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The {@code when:} of a table entry: each named field must have one of its values. Compared without case over the whole
 * value; {@code *} at either end stands for anything, {@code "*"} alone for any value, null for an absent one.
 */
record Condition(List<Test> tests) {
    static final Condition ALWAYS = new Condition(List.of());

    /** @throws TableException when a name or value is of the wrong kind */
    static Condition of(@Nullable Object yaml, String where) {
        if (yaml == null) {
            return ALWAYS;
        }
        List<Test> tests = new ArrayList<>();
        for (Map.Entry<String, Object> entry : TableReader.map(yaml, where + " when").entrySet()) {
            if (!Facts.isName(entry.getKey())) {
                throw new TableException(where, "there is no " + entry.getKey(),
                        "use $format, $program, $stream, $sourcetype, $file, $product, $service, $category or a field");
            }
            List<Value> values = new ArrayList<>();
            for (@Nullable
            Object value : TableReader.list(entry.getValue())) {
                values.add(Value.of(value));
            }
            tests.add(new Test(entry.getKey(), List.copyOf(values)));
        }
        return new Condition(List.copyOf(tests));
    }

    boolean holds(Facts facts) {
        for (Test test : tests) {
            if (!test.holds(facts)) {
                return false;
            }
        }
        return true;
    }

    /** One field and the values of which it must have one. */
    record Test(String field, List<Value> values) {
        boolean holds(Facts facts) {
            String text = facts.text(field);
            for (Value value : values) {
                if (value.matches(text)) {
                    return true;
                }
            }
            return false;
        }
    }

    /** A value to compare with; {@code text} is null for "absent". */
    record Value(@Nullable String text, boolean anyBefore, boolean anyBehind) {
        static Value of(@Nullable Object yaml) {
            if (yaml == null) {
                return new Value(null, false, false);
            }
            String text = yaml.toString();
            boolean before = text.startsWith("*");
            boolean behind = text.length() > 1 && text.endsWith("*");
            return new Value(text.substring(before ? 1 : 0, text.length() - (behind ? 1 : 0)).toLowerCase(Locale.ROOT),
                    before, behind);
        }

        boolean matches(@Nullable String actual) {
            if (text == null || actual == null) {
                return text == null && actual == null;
            }
            int length = text.length();
            if (!anyBefore) {
                return (anyBehind || actual.length() == length) && actual.regionMatches(true, 0, text, 0, length);
            }
            return anyBehind
                    ? actual.toLowerCase(Locale.ROOT).contains(text)
                    : actual.regionMatches(true, actual.length() - length, text, 0, length);
        }
    }
}
