package dev.tocsin.index;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.AutomatonQuery;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.ConstantScoreQuery;
import org.apache.lucene.search.FuzzyQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.PhraseQuery;
import org.apache.lucene.search.PrefixQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.WildcardQuery;
import org.apache.lucene.util.automaton.Automata;
import org.apache.lucene.util.automaton.Automaton;
import org.apache.lucene.util.automaton.Operations;
import org.apache.lucene.util.automaton.RegExp;
import org.jspecify.annotations.Nullable;

/**
 * What each form of a query clause means on the terms of {@link Fields}. The empty path stands for free text.
 *
 * <p>A value is looked for whole and as words in a row. A wildcard or regular expression is compared with the whole value
 * and, when it has no punctuation, with each word; in the long texts, which have no whole form, with words only.
 */
final class Clauses {
    private static final String KEYWORD = ".keyword";
    private static final Pattern COMPARISON = Pattern.compile("([<>]=?)(.+)", Pattern.DOTALL);
    private static final Pattern REPETITION = Pattern.compile("\\{(?:\\d*,)?(\\d+),?}");
    private static final double REGEXP_SIZE_MAX = 20_000;
    private static final int AUTOMATON_WORK_MAX = 20_000;
    private static final int FUZZY_EXPANSIONS_MAX = 50;

    private final Ranges ranges;

    Clauses(Instant now) {
        ranges = new Ranges(now);
    }

    Query value(String field, String text, boolean quoted, int slop) {
        String path = resolve(field);
        String lower = Fields.lower(text);
        if (path.isEmpty()) {
            return phrases(freeTexts(), lower, slop);
        }
        if (path.equals("_exists_")) {
            return exists(Fields.path(text));
        }
        Matcher comparison = COMPARISON.matcher(lower);
        if (!quoted && comparison.matches()) {
            boolean inclusive = comparison.group(1).endsWith("=");
            String bound = comparison.group(2);
            return comparison.group(1).startsWith(">")
                    ? ranges.of(path, bound, null, inclusive, false)
                    : ranges.of(path, null, bound, false, inclusive);
        }
        List<Query> any = new ArrayList<>();
        any.add(whole(path, lower));
        if (path.endsWith(KEYWORD)) {
            any.add(whole(withoutKeyword(path), lower));
            return either(any);
        }
        any.add(phrases(List.of(new Place(Fields.TEXT, Fields.prefix(path))), lower, slop));
        ranges.equal(path, lower).ifPresent(any::add);
        return either(any);
    }

    Query wildcard(String field, String pattern) {
        String path = resolve(field);
        String lower = Fields.lower(pattern);
        if (lower.chars().allMatch(c -> c == '*')) {
            return path.isEmpty() ? new MatchAllDocsQuery() : exists(path);
        }
        boolean inWord = lower.codePoints().allMatch(c -> c == '*' || c == '?' || Words.isWord(c));
        return pattern(path, inWord, lower, WildcardQuery.toAutomaton(new Term("", lower), AUTOMATON_WORK_MAX));
    }

    /** Standard operators only: {@code # @ & < > ~} are themselves. */
    Query regexp(String field, String regexp) {
        Automaton automaton;
        checkSize(regexp);
        try {
            automaton = new RegExp(regexp, RegExp.NONE, RegExp.CASE_INSENSITIVE | RegExp.CASE_INSENSITIVE_RANGE)
                    .toAutomaton();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot read the regular expression /" + regexp + "/: "
                    + e.getMessage() + "; it must match a whole value, .* stands for anything", e);
        }
        return pattern(resolve(field), true, "", automaton);
    }

    /** Counted repetitions multiply the automaton, before any other limit is asked. */
    private static void checkSize(String regexp) {
        double size = regexp.length();
        Matcher counts = REPETITION.matcher(regexp);
        while (counts.find()) {
            size *= Double.parseDouble(counts.group(1));
        }
        if (size > REGEXP_SIZE_MAX) {
            throw new IllegalArgumentException(
                    "the regular expression /" + regexp + "/ is too large; use * or + rather than counts");
        }
    }

    private static Query pattern(String path, boolean inWord, String wildcard, Automaton automaton) {
        List<Query> any = new ArrayList<>();
        if (path.isEmpty()) {
            Automaton anyPath = Operations.repeat(Automata.makeCharRange(1, Character.MAX_CODE_POINT));
            if (inWord) {
                freeTexts().forEach(place -> any.add(matching(place, automaton)));
            }
            if (!inWord || wildcard.isEmpty()) {
                any.add(matching(Fields.EXACT,
                        Operations.concatenate(List.of(anyPath, Automata.makeChar(0), automaton))));
            }
            if (!inWord) {
                longTexts().forEach(place -> any.add(WordPattern.query(place, wildcard)));
            }
        } else if (Fields.LONG_TEXTS.contains(path)) {
            Place place = new Place(Fields.TEXT, Fields.prefix(path));
            any.add(inWord ? matching(place, automaton) : WordPattern.query(place, wildcard));
        } else {
            String whole = path.endsWith(KEYWORD) ? withoutKeyword(path) : path;
            any.add(matching(new Place(Fields.EXACT, Fields.prefix(whole)), automaton));
            if (inWord && whole.equals(path)) {
                any.add(matching(new Place(Fields.TEXT, Fields.prefix(path)), automaton));
            }
        }
        return either(any);
    }

    Query fuzzy(String field, String text, float similarity) {
        String path = resolve(field);
        String lower = Fields.lower(text);
        int edits = FuzzyQuery.floatToEdits(similarity, lower.codePointCount(0, lower.length()));
        List<Place> places = path.isEmpty()
                ? freeTexts()
                : List.of(new Place(Fields.EXACT, Fields.prefix(path)), new Place(Fields.TEXT, Fields.prefix(path)));
        return either(places.stream().<Query>map(place -> new FuzzyQuery(
                new Term(place.field, place.prefix + lower), edits,
                place.prefix.codePointCount(0, place.prefix.length()), FUZZY_EXPANSIONS_MAX, true)).toList());
    }

    Query range(String field, @Nullable String from, @Nullable String to, boolean fromInclusive, boolean toInclusive) {
        String path = resolve(field);
        if (path.isEmpty()) {
            throw new IllegalArgumentException("a range needs a field, such as process.pid:[1 TO 5]");
        }
        if (from == null && to == null) {
            return exists(path);
        }
        return ranges.of(path, from == null ? null : Fields.lower(from), to == null ? null : Fields.lower(to),
                fromInclusive, toInclusive);
    }

    /** Where words are: a Lucene field, and what precedes each word there. */
    record Place(String field, String prefix) {
    }

    private static List<Place> longTexts() {
        return Fields.LONG_TEXTS.stream().sorted().map(path -> new Place(Fields.TEXT, Fields.prefix(path))).toList();
    }

    private static List<Place> freeTexts() {
        List<Place> places = new ArrayList<>(longTexts());
        places.add(new Place(Fields.ALL, ""));
        return places;
    }

    private static String resolve(String field) {
        return field.equals("_id") ? "tocsin.id" : Fields.path(field);
    }

    private static String withoutKeyword(String path) {
        return path.substring(0, path.length() - KEYWORD.length());
    }

    /** The path itself, or anything below it. */
    private static Query exists(String path) {
        return either(List.of(new TermQuery(new Term(Fields.PATHS, path)),
                new PrefixQuery(new Term(Fields.PATHS, path + "."))));
    }

    private static Query whole(String path, String lower) {
        String bounded = lower.length() <= Fields.EXACT_BYTES_MAX ? lower : lower.substring(0, Fields.EXACT_BYTES_MAX);
        return new TermQuery(new Term(Fields.EXACT, Fields.prefix(path) + bounded));
    }

    private static Query phrases(List<Place> places, String lower, int slop) {
        return either(places.stream().map(place -> phrase(place, lower, slop)).toList());
    }

    private static Query phrase(Place place, String lower, int slop) {
        List<Term> terms = new ArrayList<>();
        Words.each(lower, (t, start, end) -> terms.add(new Term(place.field, place.prefix + t.substring(start, end))));
        if (terms.isEmpty()) {
            return new MatchNoDocsQuery("no words in it");
        }
        if (terms.size() == 1) {
            return new TermQuery(terms.getFirst());
        }
        PhraseQuery.Builder phrase = new PhraseQuery.Builder().setSlop(slop);
        terms.forEach(phrase::add);
        return phrase.build();
    }

    private static Query matching(Place place, Automaton automaton) {
        return matching(place.field, Operations.concatenate(Automata.makeString(place.prefix), automaton));
    }

    private static Query matching(String field, Automaton automaton) {
        return new AutomatonQuery(new Term(field, ""), Operations.determinize(automaton, AUTOMATON_WORK_MAX));
    }

    private static Query either(List<Query> queries) {
        if (queries.size() == 1) {
            return queries.getFirst();
        }
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        queries.forEach(q -> any.add(q, Occur.SHOULD));
        return new ConstantScoreQuery(any.build());
    }
}
