package dev.tocsin.index;

import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A query made ready for the parser. A backslash before a letter or digit would escape it: nobody means that, but
 * everybody pastes Windows paths, so it is doubled; and the colons of a time of day are escaped.
 *
 * @param origins for each character of the prepared text, which character of the query it stands for
 */
record QueryText(String query, String prepared, int[] origins) {
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d(?::\\d\\d(?:\\.\\d+)?)?"
            + "(?:[+-]\\d\\d:\\d\\d)?");

    static QueryText of(String query) {
        boolean[] escape = new boolean[query.length()];
        Matcher times = TIME.matcher(query);
        while (times.find()) {
            for (int i = times.start(); i < times.end(); i++) {
                escape[i] = query.charAt(i) == ':';
            }
        }
        StringBuilder out = new StringBuilder(query.length() + 16);
        int[] origins = new int[query.length() * 2 + 1];
        for (int i = 0; i < query.length(); i++) {
            boolean backslash = query.charAt(i) == '\\';
            boolean escaping = backslash && i + 1 < query.length()
                    && !Character.isLetterOrDigit(query.charAt(i + 1));
            if (escape[i] || backslash && !escaping) {
                origins[out.length()] = i;
                out.append('\\');
            }
            origins[out.length()] = i;
            out.append(query.charAt(i));
            if (escaping) {
                i++;
                origins[out.length()] = i;
                out.append(query.charAt(i));
            }
        }
        origins[out.length()] = query.length();
        return new QueryText(query, out.toString(), Arrays.copyOf(origins, out.length() + 1));
    }

    /** From 0; the length of the query for its end. */
    int origin(int position) {
        return origins[Math.clamp(position, 0, origins.length - 1)];
    }

    /** What may have been meant where the parser found something else. */
    String hint(int position) {
        if (query.chars().filter(c -> c == '"').count() % 2 == 1) {
            return "a quotation mark is not closed";
        }
        if (query.chars().filter(c -> c == '(').count() != query.chars().filter(c -> c == ')').count()) {
            return "the parentheses do not match";
        }
        if (query.indexOf('/') >= 0) {
            return "a / begins a regular expression; put paths and address ranges in quotation marks";
        }
        if (query.matches("(?s).*[\\[{].*") && !query.contains(" TO ")) {
            return "a range is written field:[1 TO 5]";
        }
        if (position < query.length() && query.charAt(position) == ':') {
            return "put a value that contains : in quotation marks";
        }
        if (query.matches("(?s).*(\\bAND|\\bOR|\\bNOT|:)\\s*")) {
            return "something is to follow";
        }
        return "put a backslash before + - && || ! ( ) { } [ ] ^ \" ~ * ? : / to search for it, or use quotation marks";
    }
}
