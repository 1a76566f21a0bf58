package dev.tocsin.index;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.LongField;
import org.apache.lucene.index.StoredFields;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortedNumericSelector;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.search.TotalHits;
import org.apache.lucene.store.AlreadyClosedException;
import org.apache.lucene.util.BytesRef;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Answers questions, newest first. The total is exact up to {@link #TOTAL_EXACT_MAX} and at least true beyond. */
final class Search {
    static final int TOTAL_EXACT_MAX = 1_000_000;
    static final Duration TIME_MAX = Duration.ofSeconds(30);

    private Search() {
    }

    static SearchResult run(IndexSearcher shared, SearchQuery question) throws IOException {
        long begin = System.nanoTime();
        Query query = query(question);
        IndexSearcher searcher = new IndexSearcher(shared.getIndexReader());
        searcher.setTimeout(() -> System.nanoTime() - begin > TIME_MAX.toNanos());
        Sort newestFirst = new Sort(LongField.newSortField(Fields.TIME, true, SortedNumericSelector.Type.MAX));
        TopFieldDocs found;
        try {
            found = searcher.search(query,
                    new TopFieldCollectorManager(newestFirst, question.limit(), TOTAL_EXACT_MAX));
        } catch (IndexSearcher.TooManyClauses e) {
            throw new IllegalArgumentException("the query is too large: " + e.getMessage() + "; ask for less at once",
                    e);
        } catch (AlreadyClosedException e) {
            throw e;
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException("a wildcard in the query stands for too many words; give more letters",
                    e);
        }
        if (searcher.timedOut()) {
            throw new IndexException("the search took longer than " + TIME_MAX.toSeconds()
                    + " s and was stopped; narrow the time, or begin a wildcard with letters");
        }
        long total = found.totalHits.value();
        if (found.totalHits.relation() != TotalHits.Relation.EQUAL_TO && query instanceof MatchAllDocsQuery) {
            total = searcher.getIndexReader().numDocs();
        }
        List<SearchResult.Hit> hits = new ArrayList<>(found.scoreDocs.length);
        StoredFields stored = searcher.storedFields();
        for (ScoreDoc hit : found.scoreDocs) {
            hits.add(hit(stored.document(hit.doc)));
        }
        return new SearchResult(total, hits, (System.nanoTime() - begin) / 1_000_000);
    }

    static Optional<SearchResult.Hit> byId(IndexSearcher searcher, EventId id) throws IOException {
        Query query = new TermInSetQuery(Fields.KEY,
                List.of(DocumentMaker.key(SearchIndex.EVENT, id), DocumentMaker.key(SearchIndex.ALERT, id)));
        Sort newestFirst = new Sort(LongField.newSortField(Fields.TIME, true, SortedNumericSelector.Type.MAX));
        TopFieldDocs found = searcher.search(query, 1, newestFirst);
        return found.scoreDocs.length == 0
                ? Optional.empty()
                : Optional.of(hit(searcher.storedFields().document(found.scoreDocs[0].doc)));
    }

    private static Query query(SearchQuery question) {
        Query text = new QueryReader().read(question.text());
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        switch (question.kind()) {
            case "any" -> {
                // No clause: both kinds.
            }
            case SearchIndex.EVENT, SearchIndex.ALERT -> all.add(new TermQuery(new Term(Fields.KIND, question.kind())),
                    Occur.FILTER);
            default -> throw new IllegalArgumentException(
                    "kind is event, alert or any, not \"" + question.kind() + "\"");
        }
        if (question.customer() != null) {
            all.add(new TermQuery(new Term(Fields.CUSTOMER, DocumentMaker.bounded(question.customer()))),
                    Occur.FILTER);
        }
        if (question.from() != null || question.to() != null) {
            long from = question.from() == null ? Long.MIN_VALUE : Fields.micros(question.from());
            long to = question.to() == null ? Long.MAX_VALUE : Fields.micros(question.to()) - 1;
            all.add(LongField.newRangeQuery(Fields.TIME, from, to), Occur.FILTER);
        }
        BooleanQuery filters = all.build();
        return filters.clauses().isEmpty() ? text : all.add(text, Occur.FILTER).build();
    }

    private static SearchResult.Hit hit(Document stored) {
        ByteBuffer key = bytes(stored, Fields.KEY);
        key.get();
        EventId id = new EventId(key.getLong(), key.getLong());
        byte[] json = new byte[bytes(stored, Fields.BODY).remaining()];
        bytes(stored, Fields.BODY).get(json);
        JsonNode body = Json.read(json);
        if (body instanceof ObjectNode object) {
            JsonNode before = object.get("tocsin");
            ObjectNode tocsin = before instanceof ObjectNode o ? o : object.putObject("tocsin");
            tocsin.put("id", id.toString()).put("customer", stored.get(Fields.CUSTOMER))
                    .put("source", stored.get(Fields.SOURCE)).put("origin", stored.get(Fields.ORIGIN));
        }
        Number time = stored.getField(Fields.TIME).numericValue();
        return new SearchResult.Hit(id, stored.get(Fields.KIND), stored.get(Fields.INDEX),
                Fields.instant(time.longValue()), body);
    }

    private static ByteBuffer bytes(Document stored, String field) {
        BytesRef value = stored.getBinaryValue(field);
        return ByteBuffer.wrap(value.bytes, value.offset, value.length).slice();
    }
}
