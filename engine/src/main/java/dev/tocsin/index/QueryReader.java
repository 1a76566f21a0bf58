package dev.tocsin.index;

import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.queryparser.classic.ParseException;
import org.apache.lucene.queryparser.classic.QueryParser;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.automaton.TooComplexToDeterminizeException;

/**
 * Reads a query in Lucene's classic syntax. Words that stand side by side must all be found; {@code OR} is written. A
 * wildcard may come first. Besides what the syntax has: {@code field:>10}, {@code now-15m} in ranges, addresses by
 * {@code "10.0.0.0/8"}, {@code _exists_:field}, {@code field.keyword} for the whole value, and a backslash before a
 * letter or digit is a backslash, as Windows paths have it.
 */
final class QueryReader extends QueryParser {
    static final int CHARS_MAX = 8192;
    private static final Pattern COLUMN = Pattern.compile("column (\\d+)");

    private final Clauses clauses;

    QueryReader() {
        this(Instant.now());
    }

    QueryReader(Instant now) {
        super("", new KeywordAnalyzer());
        clauses = new Clauses(now);
        setAllowLeadingWildcard(true);
        setSplitOnWhitespace(true);
        setDefaultOperator(Operator.AND);
    }

    /** @throws IllegalArgumentException with the position, from 1, and a hint */
    Query read(String text) {
        if (text.isBlank() || text.strip().equals("*")) {
            return new MatchAllDocsQuery();
        }
        if (text.length() > CHARS_MAX) {
            throw new IllegalArgumentException(
                    "the query has " + text.length() + " characters; at most " + CHARS_MAX + " are read");
        }
        QueryText ready = QueryText.of(text);
        try {
            return parse(ready.prepared());
        } catch (ParseException e) {
            throw new IllegalArgumentException(explain(ready, e), e);
        } catch (TooComplexToDeterminizeException e) {
            throw new IllegalArgumentException("a pattern in the query is too complex; use fewer * and repetitions", e);
        } catch (StackOverflowError e) {
            throw new IllegalArgumentException("the query is nested too deeply; use fewer parentheses", e);
        }
    }

    private static String explain(QueryText text, ParseException e) {
        if (e.getCause() instanceof ParseException cause && cause.currentToken != null) {
            return at(text, cause.currentToken.next == null
                    ? cause.currentToken.endColumn
                    : cause.currentToken.next.beginColumn);
        }
        String message = String.valueOf(e.getCause() == null ? e.getMessage() : e.getCause().getMessage());
        Matcher column = COLUMN.matcher(message);
        if (column.find()) {
            return at(text, Integer.parseInt(column.group(1)));
        }
        return "cannot read the query: " + message.strip();
    }

    private static String at(QueryText text, int preparedPosition) {
        int position = text.origin(preparedPosition);
        String what = position >= text.query().length()
                ? "it ends too early"
                : "\"" + text.query().charAt(position) + "\" is not expected there";
        return "cannot read the query at character " + (position + 1) + ": " + what + "; " + text.hint(position);
    }

    @Override
    protected Query getFieldQuery(String field, String text, boolean quoted) {
        return clauses.value(field, text, quoted, 0);
    }

    @Override
    protected Query getFieldQuery(String field, String text, int slop) {
        return clauses.value(field, text, true, slop);
    }

    @Override
    protected Query getWildcardQuery(String field, String pattern) {
        return field.equals("*") && pattern.equals("*") ? new MatchAllDocsQuery() : clauses.wildcard(field, pattern);
    }

    @Override
    protected Query getPrefixQuery(String field, String prefix) {
        return clauses.wildcard(field, prefix.replaceAll("([\\\\*?])", "\\\\$1") + "*");
    }

    @Override
    protected Query getRegexpQuery(String field, String regexp) {
        return clauses.regexp(field, regexp);
    }

    @Override
    protected Query getFuzzyQuery(String field, String text, float similarity) {
        return clauses.fuzzy(field, text, similarity);
    }

    @Override
    protected Query getRangeQuery(String field, String from, String to, boolean fromInclusive, boolean toInclusive) {
        return clauses.range(field, from, to, fromInclusive, toInclusive);
    }

    /** {@code NOT x} alone means everything but x, also between parentheses. */
    @Override
    protected Query getBooleanQuery(List<BooleanClause> parts) throws ParseException {
        if (!parts.isEmpty() && parts.stream().allMatch(p -> p.occur() == Occur.MUST_NOT)) {
            parts.add(new BooleanClause(new MatchAllDocsQuery(), Occur.FILTER));
        }
        return super.getBooleanQuery(parts);
    }
}
