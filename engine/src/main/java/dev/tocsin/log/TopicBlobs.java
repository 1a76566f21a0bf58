package dev.tocsin.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;

/**
 * Blobs in a compacted topic of one partition: chunk {@code n} of a blob has the key {@code <name>/<n>}.
 *
 * <p>A blob is written in transactions of a few megabytes, so that none comes near the broker's timeout however large the
 * blob is; half of a blob harms nobody, since only who knows its place asks for it. Reading begins at that place. Should a
 * second writer have put the same blob behind it, and compaction have taken the first, the whole topic is looked through.
 */
final class TopicBlobs implements Blobs {
    private static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(30);
    private static final int TRANSACTION_CHUNKS = 16;
    private static final int ATTEMPTS = 3;
    private static final long SOON_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long SILENCE_NANOS = Duration.ofSeconds(30).toNanos();

    private final KafkaClients clients;
    private final TopicPartition partition;
    private final String transactionalId;
    private final Object writing = new Object();
    private @Nullable Producer<String, byte[]> producer;
    private volatile boolean closing;

    TopicBlobs(KafkaClients clients, String topic, String member) {
        this.clients = clients;
        this.partition = new TopicPartition(topic, 0);
        this.transactionalId = topic + "-" + member;
    }

    @Override
    public Place put(String name, Path file) throws IOException {
        long bytes = Files.size(file);
        int chunks = Math.toIntExact(Math.max(1, (bytes + CHUNK_BYTES - 1) / CHUNK_BYTES));
        try (FileChannel in = FileChannel.open(file, StandardOpenOption.READ)) {
            List<Long> offsets = write(chunks, n -> chunk(in, n, bytes), name);
            return new Place(offsets.getFirst(), offsets.getLast(), chunks, bytes);
        }
    }

    /** Gives the value of each chunk. */
    private interface Source {
        byte @Nullable [] chunk(int number) throws IOException;
    }

    private static byte[] chunk(FileChannel in, int number, long bytes) throws IOException {
        long at = (long) number * CHUNK_BYTES;
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(CHUNK_BYTES, bytes - at));
        while (buffer.hasRemaining() && in.read(buffer, at + buffer.position()) >= 0) {
            // The file is read until the chunk is full.
        }
        if (buffer.hasRemaining()) {
            throw new IOException("the file became shorter while it was read");
        }
        return buffer.array();
    }

    private List<Long> write(int chunks, Source source, String name) throws IOException {
        synchronized (writing) {
            KafkaException failure = null;
            for (int attempt = 0; attempt < ATTEMPTS && !closing; attempt++) {
                try {
                    return write(writer(), chunks, source, name);
                } catch (KafkaException e) {
                    failure = e;
                    discardWriter();
                } catch (IOException | RuntimeException e) {
                    discardWriter();
                    throw e;
                }
            }
            String what = name + " could not be written to " + partition.topic() + ": ";
            throw failure == null
                    ? new LogException(what + "the node stops")
                    : new LogException(what + failure.getMessage(), failure);
        }
    }

    private List<Long> write(Producer<String, byte[]> writer, int chunks, Source source, String name)
            throws IOException {
        List<Long> offsets = new ArrayList<>();
        for (int from = 0; from < chunks; from += TRANSACTION_CHUNKS) {
            List<Future<RecordMetadata>> sent = new ArrayList<>();
            writer.beginTransaction();
            for (int n = from; n < Math.min(chunks, from + TRANSACTION_CHUNKS); n++) {
                sent.add(writer.send(new ProducerRecord<>(partition.topic(), partition.partition(), name + "/" + n,
                        source.chunk(n))));
            }
            writer.commitTransaction();
            for (Future<RecordMetadata> each : sent) {
                offsets.add(offset(each));
            }
        }
        return offsets;
    }

    private static long offset(Future<RecordMetadata> sent) {
        try {
            return sent.get().offset();
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LogException("interrupted while writing", e);
        }
    }

    private Producer<String, byte[]> writer() {
        if (producer == null) {
            Producer<String, byte[]> opened = clients.producer(transactionalId, TRANSACTION_TIMEOUT);
            producer = opened;
            opened.initTransactions();
        }
        return producer;
    }

    private void discardWriter() {
        if (producer != null) {
            producer.close(Duration.ZERO);
            producer = null;
        }
    }

    @Override
    public void get(String name, Place place, Path to) throws IOException {
        BitSet found = new BitSet(place.chunks());
        try (FileChannel out = FileChannel.open(to, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE); Consumer<String, byte[]> reader = clients.freeReader()) {
            reader.assign(List.of(partition));
            reader.seek(partition, place.first());
            read(reader, name, place, place.last() + 1, SOON_NANOS, found, out);
            if (found.cardinality() < place.chunks()) {
                long end = clients.ends(List.of(partition)).getOrDefault(partition, 0L);
                reader.seekToBeginning(List.of(partition));
                read(reader, name, place, end, SILENCE_NANOS, found, out);
            }
        } catch (KafkaException e) {
            throw new LogException(partition.topic() + " cannot be read: " + e.getMessage(), e);
        }
        if (found.cardinality() < place.chunks()) {
            throw new LogException(name + " is not in the log any more: " + found.cardinality() + " of "
                    + place.chunks() + " chunks are there");
        }
    }

    /** @param patienceNanos for silence, before it is given up */
    private void read(Consumer<String, byte[]> reader, String name, Place place, long end, long patienceNanos,
            BitSet found, FileChannel out) throws IOException {
        long heard = System.nanoTime();
        while (found.cardinality() < place.chunks() && reader.position(partition) < end) {
            if (closing) {
                throw new LogException("the node stops");
            }
            for (ConsumerRecord<String, byte[]> record : reader.poll(Duration.ofMillis(200))) {
                heard = System.nanoTime();
                int number = number(record.key(), name, place.chunks());
                if (number >= 0 && record.value() != null) {
                    ByteBuffer value = ByteBuffer.wrap(record.value());
                    while (value.hasRemaining()) {
                        out.write(value, (long) number * CHUNK_BYTES + value.position());
                    }
                    found.set(number);
                } else if (number >= 0) {
                    found.clear(number);
                }
            }
            if (System.nanoTime() - heard > patienceNanos) {
                return;
            }
        }
    }

    /** Of the chunk; -1 for what is not of this blob. */
    private static int number(@Nullable String key, String name, int chunks) {
        if (key == null || !key.startsWith(name + "/")) {
            return -1;
        }
        String number = key.substring(name.length() + 1);
        return number.matches("\\d{1,7}") && Integer.parseInt(number) < chunks ? Integer.parseInt(number) : -1;
    }

    @Override
    public void remove(String name, int chunks) {
        try {
            write(chunks, _ -> null, name);
        } catch (IOException e) {
            throw new LogException("no file is read here", e);
        }
    }

    @Override
    public void close() {
        closing = true;
        synchronized (writing) {
            discardWriter();
        }
    }
}
