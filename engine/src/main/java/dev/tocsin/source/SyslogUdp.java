package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.source.SyslogSource.Message;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The UDP half of {@link SyslogSource}. A platform thread empties the kernel's buffer into batches and a virtual thread
 * gives them to the log, so that a slow moment of the log is bridged by our memory ({@code in_flight_max}) before the
 * kernel has to drop.
 */
final class SyslogUdp {
    private static final Logger LOG = LoggerFactory.getLogger(SyslogUdp.class);
    private static final int RECEIVE_BUFFER_BYTES = 16 * 1024 * 1024;
    private static final int BATCH_BYTES = 512 * 1024;
    private static final int BATCH_MESSAGES = 2000;

    private final SyslogSourceConfig config;
    private final SyslogSource source;
    private final Tally tally;
    private final DatagramChannel channel;
    private final Selector selector;
    /** Bounded by the leases that its batches hold. */
    private final BlockingQueue<Batch> queue = new LinkedBlockingQueue<>();
    private final Thread reader = Thread.ofPlatform().daemon().name("syslog-udp").unstarted(this::read);
    private final Thread giver = Thread.ofVirtual().name("syslog-udp-give").unstarted(this::give);
    private final KernelDrops drops;
    private volatile boolean closing;

    /** @param messages empty says that nothing follows */
    private record Batch(List<Message> messages, Instant arrival, Backlog.Lease lease) {
    }

    SyslogUdp(InetSocketAddress address, SyslogSourceConfig config, SyslogSource source, Tally tally)
            throws IOException {
        this.config = config;
        this.source = source;
        this.tally = tally;
        channel = DatagramChannel.open();
        selector = Selector.open();
        try {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, RECEIVE_BUFFER_BYTES);
            channel.bind(address);
            warnOfSmallBuffer(channel.getOption(StandardSocketOptions.SO_RCVBUF));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            drops = new KernelDrops(((InetSocketAddress) channel.getLocalAddress()));
        } catch (IOException e) {
            channel.close();
            selector.close();
            throw e;
        }
    }

    private static void warnOfSmallBuffer(int bytes) {
        if (bytes < RECEIVE_BUFFER_BYTES / 2) {
            LOG.warn("The kernel gives the UDP port a buffer of {} instead of {}, so a burst may lose datagrams; "
                    + "raise it with: sysctl -w net.core.rmem_max={}", new ByteSize(bytes),
                    new ByteSize(RECEIVE_BUFFER_BYTES), RECEIVE_BUFFER_BYTES);
        }
    }

    void start() {
        reader.start();
        giver.start();
    }

    /** Datagrams that the kernel dropped because we were too slow, as far as the system says so. */
    long dropped() {
        return drops.count();
    }

    private void read() {
        ByteBuffer datagram = ByteBuffer.allocateDirect(65_536);
        try (channel; selector) {
            while (!closing) {
                selector.select();
                selector.selectedKeys().clear();
                drain(datagram);
            }
            drain(datagram);
        } catch (IOException e) {
            tally.error("UDP port closed: " + e.getMessage());
        } finally {
            queue.add(new Batch(List.of(), Instant.EPOCH, source.backlog().lease()));
        }
    }

    private void drain(ByteBuffer datagram) throws IOException {
        for (Optional<Batch> b = gather(datagram); b.isPresent(); b = gather(datagram)) {
            queue.add(b.get());
        }
    }

    /** What is there now, up to the size of a batch; waits for room before it is given on. */
    private Optional<Batch> gather(ByteBuffer datagram) throws IOException {
        List<Message> messages = new ArrayList<>();
        long bytes = 0;
        while (bytes < BATCH_BYTES && messages.size() < BATCH_MESSAGES) {
            SocketAddress from = channel.receive(datagram.clear());
            if (from == null) {
                break;
            }
            Frame frame = frame(datagram.flip());
            if (frame.bytes().length > 0) {
                messages.add(new Message(frame, ((InetSocketAddress) from).getAddress().getHostAddress()));
                bytes += frame.bytes().length;
            }
        }
        if (messages.isEmpty()) {
            return Optional.empty();
        }
        Backlog.Lease lease = source.backlog().lease();
        lease.grow(bytes);
        return Optional.of(new Batch(messages, source.now(), lease));
    }

    /** A datagram is a message (RFC 5426); some senders end it as if it were a line. */
    private Frame frame(ByteBuffer datagram) {
        int length = datagram.remaining();
        while (length > 0 && (datagram.get(length - 1) == '\n' || datagram.get(length - 1) == '\r'
                || datagram.get(length - 1) == 0)) {
            length--;
        }
        byte[] bytes = new byte[length];
        datagram.get(bytes);
        return length > config.messageMax().bytes()
                ? Frame.tooLong(bytes, length, "message_max", config.messageMax().bytes())
                : Frame.good(bytes);
    }

    private void give() {
        try {
            for (Batch b = queue.take(); !b.messages().isEmpty(); b = queue.take()) {
                source.takeUdp(b.messages(), b.arrival(), b.lease());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes what the kernel still has, hands it over, and ends. @return what the kernel dropped until then */
    long close() {
        long lost = dropped();
        closing = true;
        selector.wakeup();
        try {
            reader.join();
            giver.join(30_000);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return lost;
    }
}
