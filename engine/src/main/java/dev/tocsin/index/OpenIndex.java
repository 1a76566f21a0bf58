package dev.tocsin.index;

import dev.tocsin.log.Commit;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.IOUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lucene's objects from opening to closing. A writer that met a full disk or a damaged file is closed for good; then
 * {@link SearchIndex} makes another one of these.
 */
final class OpenIndex implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(OpenIndex.class);
    private static final double RAM_BUFFER_MB = 48;

    final long number;
    final Directory files;
    final IndexWriter writer;
    final SearcherManager searchers;
    final Map<String, Commit> legs;

    /** @throws IOException when the disk fails or another process has the index open */
    OpenIndex(Path directory, long number) throws IOException {
        this.number = number;
        Soundness.ensure(directory);
        files = FSDirectory.open(directory);
        try {
            ConcurrentMergeScheduler merges = new Merges();
            merges.setMaxMergesAndThreads(6, 1);
            IndexWriterConfig config = new IndexWriterConfig(new KeywordAnalyzer());
            config.setCodec(new Lucene104Codec(Lucene104Codec.Mode.BEST_COMPRESSION)).setMergeScheduler(merges)
                    .setRAMBufferSizeMB(RAM_BUFFER_MB).setCommitOnClose(false).setMaxFullFlushMergeWaitMillis(0);
            writer = new IndexWriter(files, config);
            Iterable<Map.Entry<String, String>> data = writer.getLiveCommitData();
            legs = data == null ? Map.of() : Legs.read(data);
            searchers = new SearcherManager(writer, null);
        } catch (IOException | RuntimeException e) {
            IOUtils.closeWhileHandlingException(files);
            throw e;
        }
    }

    /** A merge that fails closes the writer, whose next caller says so; here it is only written down. */
    private static final class Merges extends ConcurrentMergeScheduler {
        @Override
        protected void handleMergeException(Throwable failure) {
            LOG.warn("a merge of the index failed", failure);
        }
    }

    boolean isUsable() {
        return writer.isOpen() && writer.getTragicException() == null;
    }

    /** Gives up what was not committed. */
    @Override
    public void close() throws IOException {
        IOUtils.close(searchers, writer::rollback, files);
    }
}
