package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The condition grammar, by recursive descent: {@code or} binds weakest, then {@code and}, then {@code not}, then
 * {@code 1|any|all of X}, then parentheses. Words are taken whole, so {@code notes} and {@code order} are names.
 */
final class ConditionParser {
    private static final Set<String> RESERVED = Set.of("and", "or", "not", "of");
    private static final int NESTING_MAX = 200;

    private final String source;
    private final Collection<String> names;
    private final Place place;
    private final List<String> tokens = new ArrayList<>();
    private int next;
    private int nesting;

    private ConditionParser(String source, Collection<String> names, Place place) {
        this.source = source;
        this.names = names;
        this.place = place;
    }

    /** @param names what the rule defines under {@code detection} */
    static Condition parse(String source, Collection<String> names, Place place) {
        ConditionParser parser = new ConditionParser(source, names, place);
        parser.tokenize();
        Condition condition = parser.or();
        if (parser.peek() != null) {
            throw parser.syntax("expected \"and\" or \"or\" but found \"" + parser.peek() + "\"");
        }
        return condition;
    }

    private void tokenize() {
        if (source.indexOf('|') >= 0) {
            throw place.refuse("S109", "the old aggregation syntax (\"|\" in a condition) is not Sigma 2",
                    "write a correlation document of type event_count or value_count instead");
        }
        StringBuilder word = new StringBuilder();
        for (char c : (source + " ").toCharArray()) {
            if (Character.isWhitespace(c) || c == '(' || c == ')') {
                if (!word.isEmpty()) {
                    tokens.add(word.toString());
                    word.setLength(0);
                }
                if (!Character.isWhitespace(c)) {
                    tokens.add(String.valueOf(c));
                }
            } else {
                word.append(c);
            }
        }
        if (tokens.isEmpty()) {
            throw place.refuse("S106", "the condition is empty", "name a selection, such as: condition: selection");
        }
    }

    private @Nullable String peek() {
        return next < tokens.size() ? tokens.get(next) : null;
    }

    /** Whether the next token is that word; a selection may be called {@code OR}, then only the lower-case word is meant. */
    private boolean isWord(String word) {
        String token = peek();
        return token != null
                && (token.equals(word) || token.toLowerCase(Locale.ROOT).equals(word) && !names.contains(token));
    }

    private boolean take(String word) {
        if (isWord(word)) {
            next++;
            return true;
        }
        return false;
    }

    private Condition or() {
        List<Condition> parts = new ArrayList<>(List.of(and()));
        while (take("or")) {
            parts.add(and());
        }
        return parts.size() == 1 ? parts.getFirst() : new Condition.Or(parts);
    }

    private Condition and() {
        List<Condition> parts = new ArrayList<>(List.of(not()));
        while (take("and")) {
            parts.add(not());
        }
        return parts.size() == 1 ? parts.getFirst() : new Condition.And(parts);
    }

    private Condition not() {
        if (++nesting > NESTING_MAX) {
            throw syntax("nested deeper than " + NESTING_MAX);
        }
        Condition condition = take("not") ? new Condition.Not(not()) : operand();
        nesting--;
        return condition;
    }

    private Condition operand() {
        String token = peek();
        if (token == null) {
            throw syntax("it ends where a selection was expected");
        }
        if (take("(")) {
            Condition inner = or();
            if (!take(")")) {
                throw syntax("a parenthesis is not closed");
            }
            return inner;
        }
        if (next + 1 < tokens.size() && tokens.get(next + 1).toLowerCase(Locale.ROOT).equals("of")) {
            return quantified(token.toLowerCase(Locale.ROOT));
        }
        next++;
        if (token.equals(")") || RESERVED.contains(token.toLowerCase(Locale.ROOT)) && !names.contains(token)) {
            throw syntax("expected a selection but found \"" + token + "\"");
        }
        if (names.contains(token)) {
            return new Condition.Selection(token);
        }
        if (token.equals("them") || token.indexOf('*') >= 0) {
            throw syntax("\"" + token + "\" stands alone; write \"1 of " + token + "\" or \"all of " + token + "\"");
        }
        throw place.refuse("S107", "the condition names \"" + token + "\", which the rule does not define",
                Suggestion.hint(token, names, "defined are " + String.join(", ", names)));
    }

    private Condition quantified(String quantifier) {
        if (!quantifier.equals("1") && !quantifier.equals("any") && !quantifier.equals("all")) {
            throw syntax("\"" + quantifier + " of\" is not Sigma; write 1 of, any of or all of");
        }
        next += 2;
        String pattern = peek();
        if (pattern == null || pattern.equals("(") || pattern.equals(")")) {
            throw syntax("\"" + quantifier + " of\" needs a selection, a pattern or \"them\"");
        }
        next++;
        List<String> matched = names.stream().filter(n -> isMeant(pattern, n)).toList();
        if (matched.isEmpty()) {
            throw place.refuse("S108", "\"" + quantifier + " of " + pattern + "\" matches no selection of the rule",
                    Suggestion.hint(pattern, names, "defined are " + String.join(", ", names)));
        }
        return new Condition.Quantified(quantifier + " of " + pattern, quantifier.equals("all"), matched);
    }

    /** Names that begin with an underscore are hidden from {@code them} and from patterns that do not name it. */
    private static boolean isMeant(String pattern, String name) {
        boolean hidden = name.startsWith("_") && !pattern.startsWith("_");
        if (pattern.equals("them")) {
            return !hidden;
        }
        return !hidden && new Glob(TextPattern.stars(pattern)).matches(name);
    }

    private RuleRefused syntax(String what) {
        return place.refuse("S106", "the condition \"" + source + "\" cannot be read: " + what, "");
    }
}
