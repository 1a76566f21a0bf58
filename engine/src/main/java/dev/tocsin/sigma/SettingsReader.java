package dev.tocsin.sigma;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Takes typed values out of a mapping, gathers what is wrong with them, and refuses in the end what nobody asked for. */
final class SettingsReader {
    private static final Pattern TIMESPAN = Pattern.compile("([0-9]{1,9})([smhdwMy])");
    /** A month and a year are those of the Gregorian calendar on average, as pySigma has them. */
    private static final Map<String, Long> SECONDS = Map.of("s", 1L, "m", 60L, "h", 3_600L, "d", 86_400L, "w",
            604_800L, "M", 2_629_746L, "y", 31_556_952L);
    private static final long TIMESPAN_SECONDS_MAX = 100L * 31_556_952L;

    private final YamlNode.Mapping mapping;
    private final Set<String> asked = new HashSet<>();
    private final List<SigmaProblem> problems = new ArrayList<>();

    SettingsReader(YamlNode.Mapping mapping) {
        this.mapping = mapping;
    }

    List<SigmaProblem> problems() {
        return problems;
    }

    boolean isSound() {
        return problems.stream().noneMatch(SigmaProblem::isError);
    }

    /** At the node, or, without one, at the mapping. */
    void error(String code, @Nullable YamlNode node, String what, String hint) {
        problems.add((node == null ? mapping : node).place().error(code, what, hint));
    }

    void warn(String code, @Nullable YamlNode node, String what, String hint) {
        problems.add((node == null ? mapping : node).place().warning(code, what, hint));
    }

    void missing(String key, String hint) {
        if (mapping.get(key) == null) {
            error("S150", null, "\"" + key + "\" is missing", hint);
        } else {
            error("S150", mapping.get(key), "\"" + key + "\" is empty", hint);
        }
    }

    @Nullable
    YamlNode node(String key) {
        asked.add(key);
        return mapping.get(key);
    }

    YamlNode.@Nullable Mapping mapping(String key) {
        YamlNode node = node(key);
        if (node == null || node instanceof YamlNode.Mapping) {
            return (YamlNode.Mapping) node;
        }
        error("S150", node, "\"" + key + "\" must be a mapping, not " + node.kindName(), "");
        return null;
    }

    Optional<String> word(String key, String code, List<String> known, boolean needed) {
        YamlNode node = node(key);
        if (node == null) {
            if (needed) {
                missing(key, "known are " + String.join(", ", known));
            }
            return Optional.empty();
        }
        String text = node instanceof YamlNode.Scalar s ? s.text() : node.kindName();
        if (!known.contains(text)) {
            error(code, node, "\"" + text + "\" is no " + key,
                    Suggestion.hint(text, known, "known are " + String.join(", ", known)));
            return Optional.empty();
        }
        return Optional.of(text);
    }

    boolean bool(String key) {
        YamlNode node = node(key);
        if (node instanceof YamlNode.Scalar s && s.kind() == YamlNode.Kind.BOOLEAN) {
            return s.text().equalsIgnoreCase("true");
        }
        if (node != null) {
            error("S150", node, "\"" + key + "\" is true or false, not " + node.kindName(), "");
        }
        return false;
    }

    /** A text, or a list of texts. */
    List<YamlNode.Scalar> scalars(String key) {
        YamlNode node = node(key);
        List<YamlNode.Scalar> scalars = new ArrayList<>();
        List<YamlNode> items = node instanceof YamlNode.Sequence list
                ? list.items()
                : node == null ? List.of() : List.of(node);
        for (YamlNode item : items) {
            if (item instanceof YamlNode.Scalar s && s.kind() != YamlNode.Kind.NULL && !s.text().isBlank()) {
                scalars.add(s);
            } else {
                error("S150", item, "\"" + key + "\" names something by " + item.kindName(), "write a name");
            }
        }
        return scalars;
    }

    List<String> texts(String key) {
        return scalars(key).stream().map(YamlNode.Scalar::text).toList();
    }

    static List<String> texts(@Nullable YamlNode node) {
        List<YamlNode> items = node instanceof YamlNode.Sequence list
                ? list.items()
                : node == null ? List.of() : List.of(node);
        return items.stream().filter(i -> i instanceof YamlNode.Scalar s && s.kind() != YamlNode.Kind.NULL)
                .map(i -> ((YamlNode.Scalar) i).text()).toList();
    }

    @Nullable
    BigDecimal number(String key) {
        YamlNode node = node(key);
        if (node == null) {
            return null;
        }
        BigDecimal number = number(node);
        if (number == null) {
            error("S157", node, "\"" + key + "\" is a number, not " + node.kindName(), "");
        }
        return number;
    }

    static @Nullable BigDecimal number(YamlNode node) {
        try {
            return node instanceof YamlNode.Scalar s && s.text().length() <= 40
                    && (s.kind() == YamlNode.Kind.INTEGER || s.kind() == YamlNode.Kind.DECIMAL)
                            ? new BigDecimal(s.text())
                            : null;
        } catch (NumberFormatException _) {
            return null;
        }
    }

    long count(String key, long otherwise, long min) {
        BigDecimal number = number(key);
        if (number == null) {
            return otherwise;
        }
        if (number.stripTrailingZeros().scale() > 0 || number.compareTo(BigDecimal.valueOf(min)) < 0
                || number.compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
            error("S157", node(key), "\"" + key + "\" is a whole number from " + min + ", not " + number, "");
            return otherwise;
        }
        return number.longValueExact();
    }

    /** Milliseconds; 1 when it is missing or wrong. */
    long timespan(String key, boolean needed) {
        YamlNode node = node(key);
        if (node == null) {
            if (needed) {
                missing(key, "such as " + key + ": 5m");
            }
            return 1;
        }
        String text = node instanceof YamlNode.Scalar s ? s.text() : node.kindName();
        Matcher matcher = TIMESPAN.matcher(text);
        if (!matcher.matches()) {
            error("S154", node, "\"" + text + "\" is no " + key,
                    "a number and one of s, m (minutes), h, d, w, M (months), y, such as 5m");
            return 1;
        }
        long seconds = Long.parseLong(matcher.group(1)) * SECONDS.getOrDefault(matcher.group(2), 1L);
        if (seconds < 1 || seconds > TIMESPAN_SECONDS_MAX) {
            error("S154", node, "a " + key + " of " + text + " is " + (seconds < 1 ? "nothing" : "too long"),
                    "from 1s to 100y");
            return 1;
        }
        return seconds * 1000;
    }

    /** Keys that nobody asked for are mistakes: a misspelt {@code group-by} would throw all groups together. */
    void refuseOthers() {
        for (YamlNode.Entry entry : mapping.entries()) {
            if (!asked.contains(entry.key())) {
                problems.add(entry.keyPlace().error("S150",
                        "\"" + entry.key() + "\" means nothing in this correlation",
                        Suggestion.hint(entry.key(), asked, "attributes of your own stand beside correlation:")));
            }
        }
    }
}
