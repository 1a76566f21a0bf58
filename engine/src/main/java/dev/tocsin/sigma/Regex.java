package dev.tocsin.sigma;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;

/**
 * A regular expression of a rule and its flags. Runs on RE2, whose time is linear in the text, so no look-around and no
 * back-references, neither of which the specification allows.
 *
 * @param source the expression as the rule has it
 */
public record Regex(String source, boolean ignoreCase, boolean multiLine, boolean dotAll) {

    /** @throws PatternSyntaxException saying what RE2 does not accept */
    Pattern compile() {
        int flags = (ignoreCase ? Pattern.CASE_INSENSITIVE : 0) | (multiLine ? Pattern.MULTILINE : 0)
                | (dotAll ? Pattern.DOTALL : 0);
        return Pattern.compile(multiLine ? source : dollarAsPcre(source), flags);
    }

    /**
     * In PCRE, which the specification names, {@code $} also stands before a line break that ends the text; in RE2 it does
     * not. Only a {@code $} outside brackets, and only where no inline flag may have changed its meaning.
     */
    private static String dollarAsPcre(String source) {
        if (source.indexOf('$') < 0 || source.contains("(?") && source.matches("(?s).*\\(\\?[a-z]*m.*")) {
            return source;
        }
        StringBuilder out = new StringBuilder(source.length() + 8);
        boolean inBrackets = false;
        for (int i = 0; i < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                int end = source.startsWith("\\Q", i) ? source.indexOf("\\E", i) : i + 1;
                end = end < 0 ? source.length() - 1 : Math.min(end, source.length() - 1);
                out.append(source, i, end + 1);
                i = end;
            } else if (c == '$' && !inBrackets) {
                out.append("(?:\\n?\\z)");
            } else {
                if (c == '[' && !inBrackets) {
                    inBrackets = true;
                    int literal = i + (source.startsWith("^", i + 1) ? 2 : 1);
                    if (source.startsWith("]", literal)) {
                        out.append(source, i, literal + 1);
                        i = literal;
                        continue;
                    }
                } else if (c == ']') {
                    inBrackets = false;
                }
                out.append(c);
            }
        }
        return out.toString();
    }

    @Override
    public String toString() {
        List<String> flags = new ArrayList<>();
        if (ignoreCase) {
            flags.add("i");
        }
        if (multiLine) {
            flags.add("m");
        }
        if (dotAll) {
            flags.add("s");
        }
        return "/" + source + "/" + String.join("", flags);
    }
}
