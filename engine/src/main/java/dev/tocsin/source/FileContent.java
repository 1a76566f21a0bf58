package dev.tocsin.source;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/** The uncompressed bytes of a file, by position. An open one stays readable when the file is renamed or deleted. */
abstract sealed class FileContent implements Closeable {
    static FileContent open(Path path) throws IOException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ);
        try {
            ByteBuffer magic = ByteBuffer.allocate(2);
            int n = channel.read(magic, 0);
            return n == 2 && magic.get(0) == 0x1f && magic.get(1) == (byte) 0x8b
                    ? new Gzip(channel)
                    : new Plain(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    /** Fills the array from that position as far as the file goes; returns how many bytes that were. */
    abstract int read(long position, byte[] into, int length) throws IOException;

    /** Whether the file has become shorter than that. */
    abstract boolean isShorterThan(long position) throws IOException;

    abstract boolean isGzip();

    /** What is wrong with the compressed file from where reading ended; empty when it simply ended. */
    abstract String damage();

    byte[] bytes(long from, int length) throws IOException {
        byte[] bytes = new byte[length];
        return Arrays.copyOf(bytes, read(from, bytes, length));
    }

    private static final class Plain extends FileContent {
        private final FileChannel channel;

        Plain(FileChannel channel) {
            this.channel = channel;
        }

        @Override
        int read(long position, byte[] into, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(into, 0, length);
            int n = 0;
            while (n >= 0 && buffer.hasRemaining()) {
                n = channel.read(buffer, position + buffer.position());
            }
            return buffer.position();
        }

        @Override
        boolean isShorterThan(long position) throws IOException {
            return channel.size() < position;
        }

        @Override
        boolean isGzip() {
            return false;
        }

        @Override
        String damage() {
            return "";
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /** Reads forward only; what was read last stays at hand, so that an unfinished line need not be unpacked again. */
    private static final class Gzip extends FileContent {
        private static final int WINDOW_BYTES = 5 << 20;

        private final FileChannel channel;
        private GZIPInputStream in;
        private byte[] window = new byte[0];
        private long windowEnd;
        private String damage = "";

        Gzip(FileChannel channel) throws IOException {
            this.channel = channel;
            in = begin();
        }

        private GZIPInputStream begin() throws IOException {
            channel.position(0);
            // Not closed, because that would close the file; its inflater is freed with it.
            return new GZIPInputStream(Channels.newInputStream(channel), 64 * 1024);
        }

        @Override
        int read(long position, byte[] into, int length) throws IOException {
            if (position < windowEnd - window.length) {
                in = begin();
                window = new byte[0];
                windowEnd = 0;
                damage = "";
            }
            byte[] skipped = new byte[64 * 1024];
            while (windowEnd < position
                    && fresh(skipped, 0, (int) Math.min(skipped.length, position - windowEnd)) > 0) {
                continue;
            }
            if (windowEnd < position) {
                return 0;
            }
            int known = (int) Math.min(length, windowEnd - position);
            System.arraycopy(window, (int) (window.length - (windowEnd - position)), into, 0, known);
            int filled = known;
            for (int n = 1; n > 0 && filled < length; filled += n) {
                n = fresh(into, filled, length - filled);
            }
            return filled;
        }

        /** The next bytes of the stream, also remembered; 0 at its end. */
        private int fresh(byte[] into, int at, int length) {
            int n = 0;
            try {
                while (n < length && damage.isEmpty()) {
                    int more = in.read(into, at + n, length - n);
                    if (more < 0) {
                        break;
                    }
                    n += more;
                }
            } catch (IOException e) {
                damage = e.getMessage() == null ? e.toString() : e.getMessage();
            }
            int old = Math.min(window.length, WINDOW_BYTES - Math.min(n, WINDOW_BYTES));
            byte[] next = new byte[old + Math.min(n, WINDOW_BYTES)];
            System.arraycopy(window, window.length - old, next, 0, old);
            System.arraycopy(into, at + n - (next.length - old), next, old, next.length - old);
            window = next;
            windowEnd += n;
            return n;
        }

        @Override
        boolean isShorterThan(long position) {
            return false;
        }

        @Override
        boolean isGzip() {
            return true;
        }

        @Override
        String damage() {
            return damage;
        }

        @Override
        public void close() throws IOException {
            in.close();
            channel.close();
        }
    }
}
