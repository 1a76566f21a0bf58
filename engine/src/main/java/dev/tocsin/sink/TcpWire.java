package dev.tocsin.sink;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A TCP connection that is made when it is needed and thrown away at the first trouble. Before it is used again it is
 * looked at: syslog receivers never answer, so an end of input says that the receiver has closed, and what would be
 * written now would be lost without an error.
 */
final class TcpWire implements SyslogWire {
    private static final int CONNECT_MILLIS = 5000;
    /** Buffers that one system call takes; see IOV_MAX. */
    private static final int AT_ONCE = 1024;

    private final Endpoint to;
    private final Duration patience;
    private @Nullable SocketChannel channel;

    /** @param patience how long a receiver may take nothing before it counts as away */
    TcpWire(Endpoint to, Duration patience) {
        this.to = to;
        this.patience = patience;
    }

    @Override
    public void send(ByteBuffer[] messages) throws IOException {
        try {
            write(connected(), messages);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private SocketChannel connected() throws IOException {
        SocketChannel open = channel;
        if (open != null && isAlive(open)) {
            return open;
        }
        close();
        SocketChannel fresh = SocketChannel.open();
        channel = fresh;
        InetSocketAddress address = to.address();
        if (address.isUnresolved()) {
            throw new UnknownHostException("the name " + to.host() + " stands for no address");
        }
        fresh.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        fresh.setOption(StandardSocketOptions.TCP_NODELAY, true);
        fresh.socket().connect(address, CONNECT_MILLIS);
        fresh.configureBlocking(false);
        return fresh;
    }

    private static boolean isAlive(SocketChannel open) {
        ByteBuffer answer = ByteBuffer.allocate(1024);
        try {
            int read = open.read(answer);
            while (read > 0) {
                read = open.read(answer.clear());
            }
            return read == 0;
        } catch (IOException _) {
            return false;
        }
    }

    private void write(SocketChannel open, ByteBuffer[] messages) throws IOException {
        int next = 0;
        while (next < messages.length) {
            long written = open.write(messages, next, Math.min(AT_ONCE, messages.length - next));
            while (next < messages.length && !messages[next].hasRemaining()) {
                next++;
            }
            if (written == 0 && next < messages.length) {
                awaitRoom(open);
            }
        }
    }

    private void awaitRoom(SocketChannel open) throws IOException {
        try (Selector selector = Selector.open()) {
            open.register(selector, SelectionKey.OP_WRITE);
            if (selector.select(patience.toMillis()) == 0) {
                if (Thread.currentThread().isInterrupted()) {
                    throw new InterruptedIOException("stopped while the receiver took nothing");
                }
                throw new IOException("the receiver took nothing for " + patience.toMillis() + " ms");
            }
        }
    }

    @Override
    public void close() {
        SocketChannel open = channel;
        channel = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException _) {
                // What was written is on its way or lost; nothing can be learnt from this any more.
            }
        }
    }
}
