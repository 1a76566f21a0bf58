package dev.tocsin.index;

import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.lucene.codecs.CodecUtil;
import org.apache.lucene.index.CorruptIndexException;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexFormatTooNewException;
import org.apache.lucene.index.IndexFormatTooOldException;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.SegmentInfos;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.IndexInput;
import org.apache.lucene.store.Lock;
import org.apache.lucene.store.LockObtainFailedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the files of an index can be trusted. Lucene checks structure when it opens them, checksums only when it
 * merges; so after anything but a clean end the checksums of the newest files are compared here, up to
 * {@link #VERIFY_BYTES_MAX}, because those are the ones a power cut or a full disk can have hurt. What fails is moved
 * aside and the index begins anew from the log, which is the truth.
 */
final class Soundness {
    static final long VERIFY_BYTES_MAX = 8L << 30;
    private static final Logger LOG = LoggerFactory.getLogger(Soundness.class);
    private static final String CLEAN = "closed-cleanly";
    private static final String ASIDE = ".damaged-";
    private static final int ASIDE_MAX = 2;
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS")
            .withZone(ZoneOffset.UTC);

    private Soundness() {
    }

    /** Leaves a directory that is sound or empty. To be called while nobody has the index open. */
    static void ensure(Path directory) throws IOException {
        Files.createDirectories(directory);
        // The lock first: what another process writes just now would look torn.
        try (Directory files = FSDirectory.open(directory);
                Lock _ = files.obtainLock(IndexWriter.WRITE_LOCK_NAME)) {
            boolean clean = Files.deleteIfExists(directory.resolve(CLEAN));
            if (!DirectoryReader.indexExists(files)) {
                return;
            }
            if (!clean) {
                verify(files);
            }
            DirectoryReader.open(files).close();
        } catch (LockObtainFailedException e) {
            throw new IOException("the index in " + directory + " is open in another process", e);
        } catch (IOException | RuntimeException e) {
            if (!isDamage(e)) {
                throw e;
            }
            moveAside(directory, e);
        }
    }

    /** The next {@link #ensure} need not read everything. */
    static void markClean(Path directory) throws IOException {
        Files.writeString(directory.resolve(CLEAN), "");
    }

    private static void verify(Directory files) throws IOException {
        List<String> names = new ArrayList<>(SegmentInfos.readLatestCommit(files).files(true));
        // Lucene numbers segments in base 36, in the order in which they are made.
        names.sort(Comparator.comparingLong(Soundness::generation).reversed());
        long budget = VERIFY_BYTES_MAX;
        for (String name : names) {
            try (IndexInput in = files.openInput(name, IOContext.READONCE)) {
                budget -= in.length();
                if (budget < 0) {
                    LOG.info("the newest {} of the index were verified, the rest not", VERIFY_BYTES_MAX);
                    return;
                }
                CodecUtil.checksumEntireFile(in);
            }
        }
    }

    private static long generation(String file) {
        if (!file.startsWith("_")) {
            return Long.MAX_VALUE;
        }
        return Long.parseLong(file.substring(1).split("[._]")[0], Character.MAX_RADIX);
    }

    static boolean isDamage(Throwable e) {
        return e instanceof CorruptIndexException || e instanceof IndexFormatTooOldException
                || e instanceof IndexFormatTooNewException || e instanceof EOFException
                || e instanceof FileNotFoundException || e instanceof NoSuchFileException
                || e instanceof IllegalArgumentException || e instanceof IndexOutOfBoundsException;
    }

    private static void moveAside(Path directory, Exception cause) throws IOException {
        Path absolute = directory.toAbsolutePath();
        String name = absolute.getFileName() + ASIDE;
        Path aside = absolute.resolveSibling(name + STAMP.format(Instant.now()));
        Files.move(absolute, aside);
        Files.createDirectories(absolute);
        LOG.warn("the index in {} is damaged ({}); it was moved to {} and is built anew from the log. Nothing is lost "
                + "that the log still has; search is incomplete until the index has caught up", absolute,
                cause.getMessage(), aside);
        List<Path> old;
        try (Stream<Path> siblings = Files.list(aside.resolveSibling("."))) {
            old = siblings.filter(p -> p.getFileName().toString().startsWith(name)).sorted(Comparator.reverseOrder())
                    .skip(ASIDE_MAX).toList();
        }
        for (Path path : old) {
            delete(path);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(directory);
        LOG.info("removed {}, an older damaged index", directory);
    }
}
