package dev.tocsin.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One file on disk while it is read: what it is called now, which file it is by its first line, and how far it was read.
 *
 * <p>It may be renamed (the open file is read on), deleted (read to its end), truncated and written anew (seen because
 * it is shorter, or because what stands before our offset is not what we read there; it begins as a new file), or copied
 * and then truncated (the copy has our bytes before our offset, so it goes on from there). Owned by the thread of its
 * {@link FileSource}.
 */
final class TailedFile implements Closeable {
    private static final int FIRST_LINE_BYTES_MAX = 64 * 1024;

    private final FileSourceConfig config;
    private final FileCursors cursors;
    private final Object physical;
    private Path path;
    private FileTime modified = FileTime.fromMillis(0);
    private long size = -1;
    private Instant changed;
    private int missing;
    private @Nullable FileContent content;
    private boolean atEnd;
    private boolean damageTold;
    /** Known once the first line is complete. */
    private @Nullable Known known;
    /** Hash of what stood before the offset when we read it. */
    private String check = "";

    /**
     * Which file it is.
     *
     * @param name of its cursor
     * @param key the path where it was first seen
     */
    private record Known(String fingerprint, String name, String key, FileLines lines) {
    }

    /**
     * What a turn brought.
     *
     * @param more whether there may be more to read at once
     */
    record Turn(String fingerprint, String key, String cursorName, FileCursors.Cursor cursor,
            List<FileLines.Line> lines, boolean more) {
    }

    TailedFile(FileSourceConfig config, FileCursors cursors, Globs.Found found, Instant now) {
        this.config = config;
        this.cursors = cursors;
        physical = found.physical();
        path = found.path();
        changed = now;
    }

    /** It is still there, under this name and in this state. */
    void seen(Globs.Found found, Instant now) throws IOException {
        missing = 0;
        path = found.path();
        if (size != found.size() || !modified.equals(found.modified())) {
            size = found.size();
            modified = found.modified();
            changed = now;
            atEnd = false;
            damageTold = false;
            if (content != null && (content.isGzip() || known == null)) {
                // Compressed files are only read forward, and a file's kind is not known before it has a line.
                close();
            }
        }
    }

    /** It was not found under any name that we look at. */
    void unseen() {
        missing++;
        atEnd = false;
    }

    /** Whether it is gone and nothing more can come of it. */
    boolean isGone(Instant now) {
        return missing > 1 && (content == null || atEnd && isQuiet(now));
    }

    /** Whether all that is in it now was given out. */
    boolean isAtEnd() {
        return atEnd;
    }

    boolean isOpen() {
        return content != null;
    }

    Path path() {
        return path;
    }

    Optional<String> cursorName() {
        return Optional.ofNullable(known).map(Known::name);
    }

    /** Reads on, at most a buffer full. Empty when there is nothing new. */
    Optional<Turn> turn(byte[] buffer, Supplier<Set<String>> namesInUse, Instant now) throws IOException {
        if (content == null && !open()) {
            return Optional.empty();
        }
        FileContent from = Objects.requireNonNull(content);
        if (known != null && isReplaced(from, known.lines.offset())) {
            known = null;
        }
        if (known == null) {
            known = recognise(from, namesInUse.get(), now);
        }
        Known file = known;
        if (file == null) {
            atEnd = from.damage().isEmpty() && from.bytes(0, 1).length == 0;
            return Optional.empty();
        }
        long before = file.lines.offset();
        FileLines.Cut cut = file.lines.cut(from, buffer, () -> takesLast(from, now));
        long offset = file.lines.offset();
        if (offset != before) {
            check = FileCursors.check(from, offset);
        }
        boolean broken = isBroken(from, now);
        atEnd = cut.atEnd() && (broken || from.damage().isEmpty() && from.bytes(offset, 1).length == 0);
        List<FileLines.Line> lines = broken && cut.atEnd() ? withDamage(from, offset, cut.lines()) : cut.lines();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        FileCursors.Cursor cursor = new FileCursors.Cursor(file.key, offset, check, now.getEpochSecond());
        return Optional.of(new Turn(file.fingerprint, file.key, file.name, cursor, lines, !cut.atEnd()));
    }

    /** Opens it by its name, if that still means this file: it may have been rotated since it was found. */
    private boolean open() throws IOException {
        if (missing > 0) {
            return false;
        }
        FileContent opened = FileContent.open(path);
        Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
        if (key != null && !key.equals(physical)) {
            opened.close();
            return false;
        }
        content = opened;
        return true;
    }

    private boolean isQuiet(Instant now) {
        return !Duration.between(changed, now).minus(config.idle()).isNegative();
    }

    /** Whether a compressed file has an error that is not for lack of the rest, which may still be written. */
    private boolean isBroken(FileContent from, Instant now) {
        return !from.damage().isEmpty() && isQuiet(now);
    }

    /** Whether a last line without an end will not get one. */
    private boolean takesLast(FileContent from, Instant now) {
        if (from.isGzip()) {
            return from.damage().isEmpty();
        }
        boolean moved = missing > 0 || known != null && !known.key().equals(path.toString());
        return config.oneshot() || (moved || config.mode() == FileSourceConfig.Mode.WHOLE) && isQuiet(now);
    }

    /** A damaged compressed file is told of once, with what stood after the last whole line. */
    private List<FileLines.Line> withDamage(FileContent from, long offset, List<FileLines.Line> lines)
            throws IOException {
        if (damageTold) {
            return lines;
        }
        damageTold = true;
        byte[] rest = from.bytes(offset, Limits.KEPT_BYTES);
        List<FileLines.Line> all = new ArrayList<>(lines);
        all.add(new FileLines.Line(offset,
                new Frame(rest.length > 0 ? rest : path.toString().getBytes(StandardCharsets.UTF_8),
                        "the compressed file " + path + " is damaged or cut short; its lines up to byte " + offset
                                + " are kept: " + from.damage())));
        return all;
    }

    private boolean isReplaced(FileContent from, long offset) throws IOException {
        return !from.isGzip() && (from.isShorterThan(offset) || !FileCursors.check(from, offset).equals(check));
    }

    private @Nullable Known recognise(FileContent from, Set<String> namesInUse, Instant now) throws IOException {
        byte[] head = from.bytes(0, FIRST_LINE_BYTES_MAX);
        int begin = 0;
        while (begin < head.length && (head[begin] == '\n' || head[begin] == '\r')) {
            begin++;
        }
        int end = begin;
        while (end < head.length && head[end] != '\n') {
            end++;
        }
        boolean complete = end < head.length || head.length == FIRST_LINE_BYTES_MAX || isBroken(from, now)
                || head.length > 0 && takesLast(from, now);
        if (!complete) {
            return null;
        }
        String fingerprint = FileCursors.hash(Arrays.copyOfRange(head, begin, end));
        Optional<String> found = cursors.find(fingerprint, from);
        Optional<FileCursors.Cursor> cursor = found.flatMap(cursors::of);
        String key = cursor.map(FileCursors.Cursor::path).orElse(path.toString());
        String name = found.filter(n -> !namesInUse.contains(n))
                .orElseGet(() -> cursors.fresh(fingerprint, path.toString(), namesInUse));
        long offset = cursor.map(FileCursors.Cursor::offset).orElse(0L);
        check = FileCursors.check(from, offset);
        return new Known(fingerprint, name, key, new FileLines((int) config.lineMax().bytes(), offset));
    }

    @Override
    public void close() throws IOException {
        if (content != null) {
            content.close();
            content = null;
        }
    }
}
