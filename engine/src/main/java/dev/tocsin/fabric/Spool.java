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

    void add(Routed routed) throws IOException {
        byte[] topic = topicBytes(routed.topic());
        byte[] payload = routed instanceof Message m ? m.payload() : new byte[0];
        int length = FIXED_BYTES + topic.length + payload.length;
        FileChannel channel = segment(4 + length);
        if (out.remaining() < 4 + length) {
            drain(channel);
            if (out.capacity() < 4 + length) {
                out = ByteBuffer.allocate(4 + length);
            }
        }
        out.putInt(length).put((byte) (routed instanceof Message ? 0 : 1));
        out.putLong(routed.origin().getMostSignificantBits()).putLong(routed.origin().getLeastSignificantBits());
        out.putLong(routed.sequence()).putLong(routed.ordinal());
        out.putLong(routed instanceof Gap gap ? gap.count() : 0);
        out.putShort((short) topic.length).put(topic).put(payload);
        segmentBytes += 4 + length;
        bytes += 4 + length;
        count++;
    }

    private byte[] topicBytes(String topic) {
        if (!topic.equals(lastTopic)) {
            lastTopicBytes = Topics.bytes(topic);
            lastTopic = topic;
        }
        return lastTopicBytes;
    }

    private FileChannel segment(int more) throws IOException {
        FileChannel channel = writing;
        if (channel != null && segmentBytes + more <= SEGMENT_BYTES) {
            return channel;
        }
        if (channel != null) {
            drain(channel);
            channel.close();
        }
        Files.createDirectories(directory);
        Path file = directory.resolve(name + "-" + number++ + ".spill");
        channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        segments.addLast(file);
        writing = channel;
        segmentBytes = 0;
        return channel;
    }

    private void drain(FileChannel channel) throws IOException {
        out.flip();
        while (out.hasRemaining()) {
            channel.write(out);
        }
        out.clear();
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

    /** An entry never spans two segments, so whatever is at hand is the rest of the one being read. */
    private void need(int wanted) throws IOException {
        if (in.remaining() >= wanted) {
            return;
        }
        if (in.capacity() < wanted) {
            in = ByteBuffer.allocate(Math.max(wanted, BUFFER_BYTES)).put(in).flip();
        }
        while (in.remaining() < wanted) {
            FileChannel channel = reading;
            if (channel == null) {
                channel = FileChannel.open(segments.getFirst(), StandardOpenOption.READ);
                reading = channel;
            }
            FileChannel end = writing;
            if (segments.size() == 1 && end != null) {
                drain(end);
            }
            in.compact();
            int read = channel.read(in);
            in.flip();
            if (read < 0) {
                if (segments.size() == 1) {
                    throw new IOException("a spill file ends too early");
                }
                channel.close();
                reading = null;
                Files.deleteIfExists(segments.removeFirst());
            }
        }
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
        in.clear().flip();
        out.clear();
        while (!segments.isEmpty()) {
            Files.deleteIfExists(segments.removeFirst());
        }
    }
}
