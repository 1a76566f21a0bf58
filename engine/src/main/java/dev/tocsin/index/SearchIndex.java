package dev.tocsin.index;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.store.AlreadyClosedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/**
 * The index of one node: one document for each id and kind, however often it is put. Any thread may use it.
 *
 * <p>How it stays true. {@link #put} replaces the document of that name; {@link #commit} makes everything put so far
 * durable together with the offsets of the leg that asks. After a crash the index is what its last commit was, the leg
 * reads the log again from {@link #recovered}, and puts the same documents in the same places. When the files turn out
 * damaged, at opening or later, the index begins anew, empty, and {@code recovered} says so. When the disk fails, put and
 * commit throw {@link IOException}, and {@code recovered} opens the index again as its last commit was. Openings are
 * numbered, so that no leg can commit a place whose documents went with an earlier opening.
 */
public final class SearchIndex implements AutoCloseable {
    public static final String EVENT = "event";
    public static final String ALERT = "alert";
    private static final Logger LOG = LoggerFactory.getLogger(SearchIndex.class);
    private static final long REFRESH_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    /** Lucene refuses more; long before, somebody should have made room. */
    private static final long DOCUMENTS_MAX = IndexWriter.MAX_DOCS - 100_000L;

    private final Path directory;
    private final ThreadLocal<DocumentMaker> makers = ThreadLocal.withInitial(DocumentMaker::new);
    private final Map<String, Commit> legs = new HashMap<>();
    private final AtomicLong refreshedNanos = new AtomicLong(System.nanoTime());
    private volatile OpenIndex open;
    private volatile boolean closed;

    private SearchIndex(Path directory) throws IOException {
        this.directory = directory;
        this.open = new OpenIndex(directory, 1);
        this.legs.putAll(open.legs);
    }

    /**
     * Opens the index, or makes one. A damaged one is moved aside, with a warning, and begun anew.
     *
     * @throws IOException when the disk fails or another process has it open
     */
    public static SearchIndex open(Path directory) throws IOException {
        return new SearchIndex(directory);
    }

    /**
     * Puts a document in place of the one of the same kind and id. It can be found within 500 ms and is durable with the
     * next commit.
     *
     * @param kind {@link #EVENT} or {@link #ALERT}
     * @return the number of the opening that has it, for {@link #commit}
     * @throws IllegalArgumentException when this event cannot be a document; others are not concerned
     * @throws IOException when the index cannot be written now
     */
    public long put(String kind, Event event) throws IOException {
        OpenIndex now = open;
        try {
            if (now.writer.getPendingNumDocs() > DOCUMENTS_MAX) {
                throw new IOException("the index is full: " + now.writer.getPendingNumDocs() + " documents");
            }
            Document document = makers.get().make(kind, event);
            now.writer.updateDocument(new Term(Fields.KEY, DocumentMaker.key(kind, event.id())), document);
            return now.number;
        } catch (JacksonException e) {
            throw new IllegalArgumentException("the body is not JSON: " + e.getOriginalMessage(), e);
        } catch (IllegalStateException e) {
            throw new IOException("the index was closed by an error and opens again: " + e.getMessage(), e);
        }
    }

    /** The number of the opening in which a leg that begins now would put. */
    public long opening() {
        return open.number;
    }

    /**
     * Makes what was put so far durable, with the place that the leg has reached.
     *
     * @param opening which has everything the leg put since its last commit
     * @throws IOException when the index cannot be written now, or was opened again since
     */
    public synchronized void commit(String leg, Commit commit, long opening) throws IOException {
        OpenIndex now = open;
        if (now.number != opening) {
            throw new IOException("the index was opened again; what was put since its last commit is to be put again");
        }
        Map<String, Commit> next = new HashMap<>(legs);
        next.put(leg, commit);
        try {
            now.writer.setLiveCommitData(Legs.write(next).entrySet());
            now.writer.commit();
            refreshedNanos.set(System.nanoTime());
            now.searchers.maybeRefresh();
        } catch (IllegalStateException e) {
            throw new IOException("the index was closed by an error and opens again: " + e.getMessage(), e);
        }
        legs.put(leg, commit);
    }

    /**
     * The last durable commit of the leg; {@link Commit#EMPTY} if none. Opens the index again when an error had closed
     * it; what was put since the last commit is then gone and is to be put again.
     */
    public synchronized Commit recovered(String leg) {
        if (!open.isUsable() && !closed) {
            reopen();
        }
        return legs.getOrDefault(leg, Commit.EMPTY);
    }

    private void reopen() {
        LOG.warn("the index was closed by an error; it opens again as its last commit was",
                open.writer.getTragicException());
        try {
            open.close();
        } catch (IOException | RuntimeException e) {
            LOG.debug("closing what was broken", e);
        }
        try {
            open = new OpenIndex(directory, open.number + 1);
        } catch (IOException e) {
            throw new IndexException("the index cannot be opened: " + e.getMessage(), e);
        }
        legs.clear();
        legs.putAll(open.legs);
    }

    /** @throws IllegalArgumentException when the query's text cannot be parsed, with the position and a hint */
    public SearchResult search(SearchQuery query) {
        return withSearcher(searcher -> Search.run(searcher, query));
    }

    /** The newest document of that id, event or alert. */
    public Optional<SearchResult.Hit> document(EventId id) {
        return withSearcher(searcher -> Search.byId(searcher, id));
    }

    /** How many documents can be found now. */
    public long documents() {
        return withSearcher(searcher -> (long) searcher.getIndexReader().numDocs());
    }

    /** Bytes on disk. */
    public long sizeBytes() {
        try (Stream<Path> files = Files.list(directory)) {
            return files.mapToLong(file -> file.toFile().length()).sum();
        } catch (IOException e) {
            throw new IndexException("cannot read " + directory + ": " + e.getMessage(), e);
        }
    }

    @FunctionalInterface
    private interface Question<T> {
        T ask(IndexSearcher searcher) throws IOException;
    }

    private <T> T withSearcher(Question<T> question) {
        OpenIndex now = open;
        try {
            long last = refreshedNanos.get();
            long time = System.nanoTime();
            if (time - last >= REFRESH_NANOS && refreshedNanos.compareAndSet(last, time)) {
                now.searchers.maybeRefreshBlocking();
            }
            IndexSearcher searcher = now.searchers.acquire();
            try {
                return question.ask(searcher);
            } finally {
                now.searchers.release(searcher);
            }
        } catch (IOException | AlreadyClosedException e) {
            throw new IndexException("the index cannot be read now: " + e.getMessage(), e);
        }
    }

    /** What was not committed is given up; its leg has it in the log. */
    @Override
    public synchronized void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        boolean usable = open.isUsable();
        open.close();
        if (usable) {
            Soundness.markClean(directory);
        }
    }
}
