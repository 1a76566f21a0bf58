package dev.tocsin.fabric;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A queue on disk: segment files that are written at one end and deleted at the other. It belongs to this process: what
 * is in it is of no use to the next one, since endpoint ids and places are new, and is not read by it. So nothing is
 * flushed to the disk itself. For one thread at a time.
 */
final class Spool {
    private static final int SEGMENT_BYTES = 16 << 20;
    private static final int BUFFER_BYTES = 64 << 10;
    /** So much is left to others. */
    private static final long FREE_BYTES_MIN = 512L << 20;
    private static final long RETRY_NANOS = 100_000_000L;
    private static final int FIXED_BYTES = 1 + 16 + 8 + 8 + 8 + 2;

    private final Path directory;
    private final String name;
    private final ArrayDeque<Path> segments = new ArrayDeque<>();
    private ByteBuffer out = ByteBuffer.allocate(BUFFER_BYTES);
    private ByteBuffer in = ByteBuffer.allocate(BUFFER_BYTES).flip();
    private @Nullable FileChannel writing;
    private @Nullable FileChannel reading;
    private long segmentBytes;
    private long number;
    private long bytes;
    private long count;
    private @Nullable String failure;
    private long failedAt;
    private String lastTopic = "";
    private byte[] lastTopicBytes = new byte[0];

    Spool(Path directory, String name) {
        this.directory = directory;
        this.name = name;
    }

    long bytes() {
        return bytes;
    }

    long count() {
        return count;
    }

    /** Always succeeds: what the disk does not take stays in the buffer, and {@link #isStuck} says when it is too much. */
    void add(Routed routed) {
        byte[] topic = topicBytes(routed.topic());
        byte[] payload = routed instanceof Message m ? m.payload() : new byte[0];
        int length = FIXED_BYTES + topic.length + payload.length;
        if (segmentBytes + 4 + length > SEGMENT_BYTES && drain()) {
            endSegment();
        }
        if (out.remaining() < 4 + length) {
            out = ByteBuffer.allocate(out.position() + Math.max(4 + length, BUFFER_BYTES)).put(out.flip());
        }
        out.putInt(length).put((byte) (routed instanceof Message ? 0 : 1));
        out.putLong(routed.origin().getMostSignificantBits()).putLong(routed.origin().getLeastSignificantBits());
        out.putLong(routed.sequence()).putLong(routed.ordinal());
        out.putLong(routed instanceof Gap gap ? gap.count() : 0);
        out.putShort((short) topic.length).put(topic).put(payload);
        segmentBytes += 4 + length;
        bytes += 4 + length;
        count++;
        if (out.position() >= BUFFER_BYTES) {
            drain();
        }
    }

    /**
     * Whether the disk does not take what should go there, and too much waits for it. Tries again now and then, and
     * whenever a file has been deleted.
     */
    boolean isStuck(long bufferBytesMax) {
        if (failure != null && System.nanoTime() - failedAt > RETRY_NANOS) {
            drain();
        }
        return failure != null && out.position() > bufferBytesMax;
    }

    /** Why the disk takes nothing; null when it does. */
    @Nullable
    String failure() {
        return failure;
    }

    private byte[] topicBytes(String topic) {
        if (!topic.equals(lastTopic)) {
            lastTopicBytes = Topics.bytes(topic);
            lastTopic = topic;
        }
        return lastTopicBytes;
    }

    /** @return whether the buffer is empty now */
    private boolean drain() {
        try {
            FileChannel channel = writing;
            if (channel == null) {
                channel = newSegment();
                writing = channel;
            }
            out.flip();
            try {
                while (out.hasRemaining()) {
                    channel.write(out);
                }
            } finally {
                out.compact();
            }
            failure = null;
            return true;
        } catch (IOException e) {
            failure = e.toString();
            failedAt = System.nanoTime();
            return false;
        }
    }

    private FileChannel newSegment() throws IOException {
        Files.createDirectories(directory);
        long free = Files.getFileStore(directory).getUsableSpace();
        if (free < FREE_BYTES_MIN) {
            throw new IOException("only " + (free >> 20) + " MiB are left on the disk");
        }
        Path file = directory.resolve(name + "-" + number++ + ".spill");
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        segments.addLast(file);
        return channel;
    }

    private void endSegment() {
        try {
            FileChannel channel = writing;
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            failure = e.toString();
            failedAt = System.nanoTime();
        }
        writing = null;
        segmentBytes = 0;
    }

    /** Takes the oldest; null when it is empty. */
    @Nullable
    Routed next() throws IOException {
        if (count == 0) {
            return null;
        }
        need(4);
        int length = in.getInt();
        need(length);
        int end = in.position() + length;
        boolean message = in.get() == 0;
        UUID origin = new UUID(in.getLong(), in.getLong());
        long sequence = in.getLong();
        long ordinal = in.getLong();
        long missing = in.getLong();
        byte[] topic = new byte[Short.toUnsignedInt(in.getShort())];
        in.get(topic);
        byte[] payload = new byte[end - in.position()];
        in.get(payload);
        bytes -= 4 + length;
        count--;
        if (count == 0) {
            clear();
        }
        String text = Topics.text(topic);
        return message
                ? new Message(text, origin, sequence, ordinal, payload)
                : new Gap(text, origin, sequence, ordinal, missing);
    }

    /** First what is in files, then what has not yet been written. An entry never spans two files. */
    private void need(int wanted) throws IOException {
        if (in.remaining() >= wanted) {
            return;
        }
        if (in.capacity() < wanted) {
            in = ByteBuffer.allocate(Math.max(wanted, BUFFER_BYTES)).put(in).flip();
        }
        while (in.remaining() < wanted) {
            FileChannel channel = reading;
            if (channel == null && !segments.isEmpty()) {
                channel = FileChannel.open(segments.getFirst(), StandardOpenOption.READ);
                reading = channel;
            }
            in.compact();
            int read = channel == null ? -1 : channel.read(in);
            if (read < 0 && (channel == null || segments.size() == 1 && writing != null)) {
                read = unwritten();
            }
            in.flip();
            if (read < 0) {
                if (channel == null) {
                    throw new IOException("a spill file ends too early");
                }
                channel.close();
                reading = null;
                Files.deleteIfExists(segments.removeFirst());
                failedAt -= RETRY_NANOS;
            }
        }
    }

    private int unwritten() throws IOException {
        out.flip();
        int some = Math.min(in.remaining(), out.remaining());
        in.put(out.slice(out.position(), some));
        out.position(out.position() + some);
        out.compact();
        if (some == 0) {
            throw new IOException("a spill file ends too early");
        }
        return some;
    }

    /** Forgets and deletes everything. */
    void clear() throws IOException {
        FileChannel reader = reading;
        if (reader != null) {
            reader.close();
        }
        FileChannel writer = writing;
        if (writer != null) {
            writer.close();
        }
        reading = null;
        writing = null;
        segmentBytes = 0;
        bytes = 0;
        count = 0;
        failure = null;
        in.clear().flip();
        out = ByteBuffer.allocate(BUFFER_BYTES);
        while (!segments.isEmpty()) {
            Files.deleteIfExists(segments.removeFirst());
        }
    }
}
