package dev.tocsin.sigma;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression of a processing pipeline, which is written for Python's {@code re}. It runs over rules while they
 * are loaded, never over events, so that it may do what RE2 does not.
 */
final class PythonRegex {
    private static final Pattern NAME = Pattern.compile("\\(\\?P(<|=)(\\w+)([>)])");
    private static final Pattern REFERENCE = Pattern.compile("\\\\(?:g<(\\w+)>|(\\d{1,2})|([nrt\\\\]))|([$\\\\])");

    private final Pattern pattern;

    private PythonRegex(Pattern pattern) {
        this.pattern = pattern;
    }

    static PythonRegex compile(String source, Place place) {
        String java = NAME.matcher(source)
                .replaceAll(m -> Matcher.quoteReplacement(m.group(1).equals("<")
                        ? "(?<" + group(m.group(2)) + ">"
                        : "\\k<" + group(m.group(2)) + ">"))
                .replace("\\Z", "\\z");
        try {
            return new PythonRegex(Pattern.compile(java, Pattern.UNICODE_CASE));
        } catch (PatternSyntaxException e) {
            throw place.refuse("S130", "the regular expression is not accepted: " + e.getDescription() + ": " + source,
                    "");
        }
    }

    /** Java's names of groups have no underscore. */
    private static String group(String name) {
        return "n" + name.replace("_", "UU");
    }

    /** Whether it matches from the beginning of the text, as Python's {@code match} does; the end may be anywhere. */
    boolean matchesFromStart(String text) {
        return pattern.matcher(text).lookingAt();
    }

    /** As Python's {@code sub}: {@code \1} and {@code \g<name>} are groups of the match. */
    String replace(String text, String replacement) {
        String java = REFERENCE.matcher(replacement).replaceAll(m -> Matcher.quoteReplacement(reference(m)));
        return pattern.matcher(text).replaceAll(java);
    }

    private static String reference(java.util.regex.MatchResult found) {
        if (found.group(1) != null) {
            String name = found.group(1);
            return Character.isDigit(name.charAt(0)) ? "$" + name : "${" + group(name) + "}";
        }
        if (found.group(2) != null) {
            return "$" + found.group(2);
        }
        if (found.group(3) != null) {
            return switch (found.group(3)) {
                case "n" -> "\n";
                case "r" -> "\r";
                case "t" -> "\t";
                default -> "\\\\";
            };
        }
        return "\\" + found.group(4);
    }
}
