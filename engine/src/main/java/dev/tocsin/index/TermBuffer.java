package dev.tocsin.index;

import java.util.Arrays;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.tokenattributes.BytesTermAttribute;
import org.apache.lucene.analysis.tokenattributes.PositionIncrementAttribute;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.UnicodeUtil;

/** The terms of one field of one document, gathered first and then streamed to Lucene. Reused; owned by one thread. */
final class TermBuffer extends TokenStream {
    private final BytesTermAttribute term = addAttribute(BytesTermAttribute.class);
    private final PositionIncrementAttribute increment = addAttribute(PositionIncrementAttribute.class);
    private final BytesRef view = new BytesRef();
    private byte[] bytes = new byte[4096];
    private int[] ends = new int[128];
    private int[] increments = new int[128];
    private int count;
    private int next;

    void empty() {
        count = 0;
        next = 0;
        if (bytes.length > 1 << 20) {
            bytes = new byte[4096];
            ends = new int[128];
            increments = new int[128];
        }
    }

    /** Adds prefix and part of the text, in UTF-8, {@code step} positions after the last. */
    void add(byte[] prefix, String text, int start, int end, int step) {
        int from = count == 0 ? 0 : ends[count - 1];
        int room = from + prefix.length + UnicodeUtil.maxUTF8Length(end - start);
        if (room > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(room, bytes.length * 2));
        }
        System.arraycopy(prefix, 0, bytes, from, prefix.length);
        int to = UnicodeUtil.UTF16toUTF8(text, start, end - start, bytes, from + prefix.length);
        end(to, step);
    }

    /** Cuts the last term down to that many bytes, at the start of a character. */
    boolean cut(int lengthMax) {
        int from = count < 2 ? 0 : ends[count - 2];
        if (ends[count - 1] - from <= lengthMax) {
            return false;
        }
        int to = from + lengthMax;
        while ((bytes[to] & 0xC0) == 0x80) {
            to--;
        }
        ends[count - 1] = to;
        return true;
    }

    private void end(int to, int step) {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, count * 2);
            increments = Arrays.copyOf(increments, count * 2);
        }
        ends[count] = to;
        increments[count++] = step;
    }

    @Override
    public boolean incrementToken() {
        if (next == count) {
            return false;
        }
        clearAttributes();
        int from = next == 0 ? 0 : ends[next - 1];
        view.bytes = bytes;
        view.offset = from;
        view.length = ends[next] - from;
        term.setBytesRef(view);
        increment.setPositionIncrement(increments[next++]);
        return true;
    }

    @Override
    public void reset() {
        next = 0;
    }
}
