package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The modifiers of Sigma 2.1.0, with the longer names that pySigma also takes. */
enum Modifier {
    CONTAINS,
    STARTSWITH,
    ENDSWITH,
    ALL,
    NEQ,
    CASED,
    EXISTS,
    RE,
    IGNORECASE("i"),
    MULTILINE("m"),
    DOTALL(
            "s"),
    CIDR,
    LT,
    LTE,
    GT,
    GTE,
    BASE64,
    BASE64OFFSET,
    UTF16LE(
            "wide"),
    UTF16BE,
    UTF16,
    WINDASH,
    FIELDREF,
    EXPAND,
    MINUTE,
    HOUR,
    DAY,
    WEEK,
    MONTH,
    YEAR;

    private static final Map<String, Modifier> BY_NAME = new TreeMap<>();

    static {
        for (Modifier modifier : values()) {
            modifier.names.forEach(name -> BY_NAME.put(name, modifier));
        }
    }

    private final List<String> names = new ArrayList<>();

    Modifier(String... others) {
        names.add(name().toLowerCase(Locale.ROOT));
        names.addAll(List.of(others));
    }

    static @Nullable Modifier named(String name) {
        return BY_NAME.get(name);
    }

    static Set<String> known() {
        return BY_NAME.keySet();
    }

    /** Whether it speaks about the list as a whole, and not about each value. */
    boolean isOfList() {
        return this == ALL || this == NEQ;
    }

    @Override
    public String toString() {
        return names.getFirst();
    }
}
