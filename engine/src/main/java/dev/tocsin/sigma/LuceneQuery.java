package dev.tocsin.sigma;

import dev.tocsin.sigma.QueryParts.Part;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Lucene's query syntax, as far as rules have it: fields, phrases, wildcards, ranges, regular expressions, groups,
 * {@code AND OR NOT && || ! + -}. A phrase may stand anywhere in its field, a single term is the whole of it. Two terms side
 * by side are joined as the query says by default ({@code or}).
 */
final class LuceneQuery {
    private static final Pattern TOKEN = Pattern
            .compile("\\s+|(?<word>(?:AND|OR|NOT|&&|\\|\\|)(?=[\\s(!]|$)|!)|(?<paren>[()])"
                    + "|(?<sign>[+-])(?=[^\\s])|(?<field>(?:[\\w@.\\-]|\\\\.)+):(?!/{2})"
                    + "|\"(?<phrase>(?:[^\"\\\\]|\\\\.)*)\"|/(?<regex>(?:[^/\\\\]|\\\\.)+)/"
                    + "|(?<range>[\\[{][^\\]}]+ TO [^\\]}]+[\\]}])|(?<bound>[<>]=?)\\s*(?<limit>-?[\\d.]+)"
                    + "|(?<term>(?:[^\\s()\"\\[\\]{}:^~\\\\]|\\\\.)+)");

    private record Token(String kind, String text) {
    }

    private final String source;
    private final QueryParts parts;
    private final Place place;
    private final List<Token> tokens = new ArrayList<>();
    private int next;

    private LuceneQuery(String source, QueryParts parts, Place place) {
        this.source = source;
        this.parts = parts;
        this.place = place;
    }

    /** @throws RuleRefused saying what of the query has no place in Sigma */
    static Part parse(String source, QueryParts parts, Place place) {
        LuceneQuery query = new LuceneQuery(source, parts, place);
        query.tokenize();
        Part part = query.or(null);
        if (query.next < query.tokens.size()) {
            throw query.cannot(query.tokens.get(query.next).text());
        }
        return part;
    }

    private RuleRefused cannot(String what) {
        return place.refuse("S161", "the query \"" + source + "\" cannot be converted at \"" + what + "\"",
                "write the detection by hand");
    }

    private void tokenize() {
        Matcher matcher = TOKEN.matcher(source);
        int at = 0;
        while (at < source.length()) {
            if (!matcher.region(at, source.length()).lookingAt()) {
                throw cannot(source.substring(at));
            }
            at = matcher.end();
            for (String kind : List.of("word", "paren", "sign", "field", "phrase", "regex", "range", "bound", "term")) {
                if (matcher.group(kind) != null) {
                    tokens.add(new Token(kind,
                            kind.equals("bound")
                                    ? matcher.group("bound") + matcher.group("limit")
                                    : matcher.group(kind)));
                }
            }
        }
        if (tokens.isEmpty()) {
            throw cannot("nothing");
        }
    }

    private @Nullable Token peek() {
        return next < tokens.size() ? tokens.get(next) : null;
    }

    private boolean take(String kind, String... texts) {
        Token token = peek();
        if (token != null && token.kind().equals(kind) && List.of(texts).contains(token.text())) {
            next++;
            return true;
        }
        return false;
    }

    private Part or(@Nullable String field) {
        List<Part> any = new ArrayList<>(List.of(and(field)));
        while (take("word", "OR", "||") || startsOperand()) {
            any.add(and(field));
        }
        return parts.any(any);
    }

    private boolean startsOperand() {
        Token token = peek();
        return token != null && !(token.kind().equals("paren") && token.text().equals(")"))
                && !(token.kind().equals("word") && !List.of("NOT", "!").contains(token.text()));
    }

    private Part and(@Nullable String field) {
        List<Part> all = new ArrayList<>(List.of(not(field)));
        while (take("word", "AND", "&&") || sign()) {
            all.add(not(field));
        }
        return parts.all(all);
    }

    private boolean sign() {
        Token token = peek();
        return token != null && token.kind().equals("sign");
    }

    private Part not(@Nullable String field) {
        if (take("word", "NOT", "!") || take("sign", "-")) {
            return parts.not(not(field));
        }
        take("sign", "+");
        return operand(field);
    }

    private Part operand(@Nullable String field) {
        Token token = peek();
        if (token == null) {
            throw cannot("its end");
        }
        next++;
        switch (token.kind()) {
            case "paren" -> {
                if (!token.text().equals("(")) {
                    throw cannot(token.text());
                }
                Part inner = or(field);
                if (!take("paren", ")")) {
                    throw cannot("its end, where a parenthesis is open");
                }
                return inner;
            }
            case "field" -> {
                if (field != null) {
                    throw cannot(token.text() + ":");
                }
                return operand(unescaped(token.text()));
            }
            default -> {
                return value(field, token);
            }
        }
    }

    private Part value(@Nullable String field, Token token) {
        if (field == null) {
            return switch (token.kind()) {
                case "term" -> token.text().equals("*")
                        ? anything()
                        : parts.keywords(List.of(sigma(token.text(), true)));
                case "phrase" -> parts.keywords(List.of(sigma(token.text(), false)));
                default -> throw cannot(token.text());
            };
        }
        if (field.equals("_exists_") || field.equals("_missing_")) {
            return parts.item(unescaped(token.text()) + "|exists", field.equals("_exists_"));
        }
        return switch (token.kind()) {
            case "term" -> token.text().equals("*")
                    ? field.equals("*") ? anything() : parts.item(field + "|exists", true)
                    : parts.item(field, scalar(token.text()));
            case "phrase" -> {
                yield parts.item(token.text().contains(" ") ? field + "|contains" : field, sigma(token.text(), false));
            }
            case "regex" -> parts.item(field + "|re", "^(?:" + token.text().replace("\\/", "/") + ")$");
            case "bound" -> bound(field, token.text());
            case "range" -> range(field, token.text());
            default -> throw cannot(token.text());
        };
    }

    private Part anything() {
        throw cannot("*, which asks nothing");
    }

    private static Object scalar(String term) {
        return term.matches("-?\\d{1,15}") ? (Object) Long.valueOf(term) : sigma(term, true);
    }

    private Part bound(String field, String text) {
        boolean inclusive = text.charAt(1) == '=';
        String modifier = (text.charAt(0) == '<' ? "lt" : "gt") + (inclusive ? "e" : "");
        return parts.item(field + "|" + modifier, number(text.substring(inclusive ? 2 : 1)));
    }

    private Part range(String field, String text) {
        String[] ends = text.substring(1, text.length() - 1).split(" TO ", 2);
        List<Part> both = new ArrayList<>();
        if (!ends[0].strip().equals("*")) {
            both.add(parts.item(field + (text.startsWith("[") ? "|gte" : "|gt"), number(ends[0].strip())));
        }
        if (!ends[1].strip().equals("*")) {
            both.add(parts.item(field + (text.endsWith("]") ? "|lte" : "|lt"), number(ends[1].strip())));
        }
        return both.isEmpty() ? parts.item(field + "|exists", true) : parts.all(both);
    }

    private Object number(String text) {
        if (Numbers.parse(text).isEmpty()) {
            throw cannot(text + ", since Sigma compares numbers only");
        }
        return text.matches("-?\\d{1,15}") ? (Object) Long.valueOf(text) : (Object) Double.valueOf(text);
    }

    private static String unescaped(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }

    /** Lucene's escapes as Sigma's: a backslash makes what follows literal, whatever it is. */
    private static String sigma(String text, boolean wildcards) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean escaped = text.charAt(i) == '\\' && i + 1 < text.length();
            char c = text.charAt(escaped ? ++i : i);
            boolean wildcard = c == '*' || c == '?';
            out.append(c == '\\' || wildcard && (escaped || !wildcards) ? "\\" : "").append(c);
        }
        return out.toString();
    }
}
