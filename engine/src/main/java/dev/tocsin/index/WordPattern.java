package dev.tocsin.index;

import java.util.ArrayList;
import java.util.List;
import org.apache.lucene.queries.intervals.IntervalQuery;
import org.apache.lucene.queries.intervals.Intervals;
import org.apache.lucene.queries.intervals.IntervalsSource;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.util.BytesRef;

/**
 * A wildcard over several words, such as {@code *\System32\*.exe}, in a text of which only the words are indexed: words
 * in a row, some of them with a wildcard; a {@code *} that stands alone between punctuation may be any words.
 */
final class WordPattern {
    private static final int EXPANSIONS_MAX = 1000;

    private WordPattern() {
    }

    static Query query(Clauses.Place place, String wildcard) {
        List<IntervalsSource> rows = new ArrayList<>();
        List<IntervalsSource> row = new ArrayList<>();
        for (String piece : pieces(wildcard)) {
            if (piece.chars().allMatch(c -> c == '*')) {
                end(rows, row);
            } else if (piece.indexOf('*') < 0 && piece.indexOf('?') < 0) {
                row.add(Intervals.term(place.prefix() + piece));
            } else {
                row.add(Intervals.wildcard(new BytesRef(place.prefix() + piece), EXPANSIONS_MAX));
            }
        }
        end(rows, row);
        if (rows.isEmpty()) {
            return new MatchNoDocsQuery("no words in it");
        }
        return new IntervalQuery(place.field(), Intervals.ordered(rows.toArray(IntervalsSource[]::new)));
    }

    private static void end(List<IntervalsSource> rows, List<IntervalsSource> row) {
        if (!row.isEmpty()) {
            rows.add(Intervals.phrase(row.toArray(IntervalsSource[]::new)));
            row.clear();
        }
    }

    /** Words with their wildcards; an escaped character is what it is, and so never a wildcard. */
    static List<String> pieces(String wildcard) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        for (int i = 0; i < wildcard.length(); i++) {
            char c = wildcard.charAt(i);
            boolean escaped = c == '\\' && i + 1 < wildcard.length();
            if (escaped) {
                c = wildcard.charAt(++i);
            }
            boolean wild = !escaped && (c == '*' || c == '?');
            if (wild || Character.isSurrogate(c) || Words.isWord(c)) {
                piece.append(c);
            } else if (!piece.isEmpty()) {
                pieces.add(piece.toString());
                piece.setLength(0);
            }
        }
        if (!piece.isEmpty()) {
            pieces.add(piece.toString());
        }
        return pieces;
    }
}
