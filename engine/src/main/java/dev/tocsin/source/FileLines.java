package dev.tocsin.source;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Cuts a file's content into lines, from an offset on. An unfinished line is not remembered but read again, except one
 * beyond the limit, of which only the beginning is kept while its end is searched. Owned by one thread.
 */
final class FileLines {
    private final int lineMax;
    private long offset;
    /** Of a line that is too long: its beginning and how far it was searched. */
    private byte[] kept = new byte[0];
    private long searched = -1;

    /** @param offset of its first byte in the uncompressed file */
    record Line(long offset, Frame frame) {
    }

    /** @param atEnd whether the file had no more to read; it may still have an unfinished line */
    record Cut(List<Line> lines, boolean atEnd) {
    }

    FileLines(int lineMax, long offset) {
        this.lineMax = lineMax;
        this.offset = offset;
    }

    /** All before it was given out. */
    long offset() {
        return offset;
    }

    /**
     * The next lines.
     *
     * @param buffer longer than a line may be
     * @param takeLast asked when the end is reached, whether a last line without an end is one
     */
    Cut cut(FileContent content, byte[] buffer, BooleanSupplier takeLast) throws IOException {
        List<Line> lines = new ArrayList<>();
        long from = searched < 0 ? offset : searched;
        int length = content.read(from, buffer, buffer.length);
        int at = 0;
        for (int i = 0; i < length; i++) {
            if (buffer[i] == '\n') {
                line(lines, buffer, at, i, from + i, from + i + 1);
                at = i + 1;
            }
        }
        boolean atEnd = length < buffer.length;
        if (!atEnd && at == 0) {
            if (searched < 0) {
                kept = Arrays.copyOf(buffer, Limits.KEPT_BYTES);
            }
            searched = from + length;
        } else if (atEnd && takeLast.getAsBoolean() && (at < length || searched >= 0)) {
            line(lines, buffer, at, length, from + length, from + length);
        } else if (searched >= 0) {
            searched = from + length;
        }
        return new Cut(lines, atEnd);
    }

    /**
     * A line that stands in the buffer, or whose end does.
     *
     * @param end where the line ends in the file
     * @param next where the next one begins
     */
    private void line(List<Line> lines, byte[] buffer, int from, int to, long end, long next) {
        if (searched >= 0) {
            lines.add(new Line(offset, Frame.tooLong(kept, end - offset, "line_max", lineMax)));
            searched = -1;
            kept = new byte[0];
        } else {
            int stop = to > from && buffer[to - 1] == '\r' ? to - 1 : to;
            byte[] bytes = Arrays.copyOfRange(buffer, from, stop);
            if (bytes.length > lineMax) {
                lines.add(new Line(offset, Frame.tooLong(bytes, bytes.length, "line_max", lineMax)));
            } else if (bytes.length > 0) {
                lines.add(new Line(offset, Frame.good(bytes)));
            }
        }
        offset = next;
    }
}
