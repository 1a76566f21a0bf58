package dev.tocsin.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** The TCP half of {@link SyslogSource}: a virtual thread accepts, and one for each connection reads. */
final class SyslogTcp {
    /** How long senders have to see that we close, before reading ends. */
    private static final int GRACE_MILLIS = 1000;
    private static final int READ_BYTES_MIN = 4 * 1024;
    private static final int READ_BYTES_MAX = 256 * 1024;

    private final SyslogSourceConfig config;
    private final SyslogSource source;
    private final Tally tally;
    private final ServerSocket server;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final CountDownLatch accepting = new CountDownLatch(1);
    /** Bytes of unfinished messages, of all connections. */
    private final AtomicLong unfinished = new AtomicLong();
    private volatile boolean closing;

    SyslogTcp(SyslogSourceConfig config, SyslogSource source, Tally tally) throws IOException {
        this.config = config;
        this.source = source;
        this.tally = tally;
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(config.listen().address(), 1024);
    }

    int port() {
        return server.getLocalPort();
    }

    void start() {
        Thread.ofVirtual().name("syslog-accept").start(this::accept);
    }

    private void accept() {
        try {
            while (!closing) {
                acceptOne();
            }
        } finally {
            accepting.countDown();
        }
    }

    /** A failure, such as too many open files, passes; the port must not stay deaf after it. */
    private void acceptOne() {
        try {
            Socket socket = server.accept();
            if (connections.size() >= config.connectionsMax()) {
                tally.turnedAway("a connection from " + socket.getInetAddress().getHostAddress()
                        + " was closed: connections_max (" + config.connectionsMax() + ") are open");
                socket.close();
            } else {
                connections.add(socket);
                Thread.ofVirtual().name("syslog-" + socket.getRemoteSocketAddress()).start(() -> read(socket));
            }
        } catch (IOException e) {
            if (!closing) {
                tally.error("a TCP connection cannot be accepted: " + e.getMessage());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private void read(Socket socket) {
        SyslogFraming framing = new SyslogFraming((int) config.messageMax().bytes());
        List<Frame> frames = new ArrayList<>();
        String peer = ((InetSocketAddress) socket.getRemoteSocketAddress()).getAddress().getHostAddress();
        try (socket) {
            socket.setKeepAlive(true);
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, config.idle().toMillis()));
            readAll(socket.getInputStream(), framing, frames, peer);
        } catch (SocketTimeoutException _) {
            // Nothing came for as long as the configuration allows; the sender will connect again.
        } catch (IOException _) {
            // The connection broke. What came before is an event like any other.
        } finally {
            end(socket, framing, frames, peer);
        }
    }

    /** A connection counts as open until all of it was handed over. */
    private void end(Socket socket, SyslogFraming framing, List<Frame> frames, String peer) {
        try {
            unfinished.addAndGet(-framing.held());
            framing.end(frames);
            if (!frames.isEmpty()) {
                source.takeTcp(frames, peer);
            }
        } finally {
            connections.remove(socket);
        }
    }

    /** The buffer follows the traffic, so that ten thousand idle connections cost little. */
    private void readAll(InputStream in, SyslogFraming framing, List<Frame> frames, String peer) throws IOException {
        byte[] buffer = new byte[READ_BYTES_MIN];
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            int held = framing.held();
            framing.feed(buffer, 0, n, frames);
            if (!frames.isEmpty()) {
                source.takeTcp(frames, peer);
                frames.clear();
            }
            checkUnfinished(framing.held(), unfinished.addAndGet(framing.held() - held), peer);
            if (n == buffer.length && n < READ_BYTES_MAX) {
                buffer = new byte[n * 4];
            }
        }
    }

    /** Many connections with large unfinished messages must not take the memory: those are closed, their part kept. */
    private void checkUnfinished(int own, long all, String peer) throws IOException {
        if (own > READ_BYTES_MAX && all > config.inFlightMax().bytes()) {
            String why = "unfinished messages of all connections fill in_flight_max";
            tally.turnedAway("the connection of " + peer + " was closed: " + why);
            throw new IOException(why);
        }
    }

    /** Says good-bye to senders, gives them a moment, then ends reading. Returns when all was handed over. */
    void close() {
        closing = true;
        try {
            server.close();
            accepting.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            tally.error("closing: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        connections.forEach(s -> quietly(s::shutdownOutput));
        awaitConnections();
        connections.forEach(s -> quietly(s::shutdownInput));
        awaitConnections();
        connections.forEach(s -> quietly(s::close));
    }

    private void awaitConnections() {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(GRACE_MILLIS);
        while (!connections.isEmpty() && System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    private interface Closing {
        void run() throws IOException;
    }

    private static void quietly(Closing step) {
        try {
            step.run();
        } catch (IOException _) {
            // The other side was quicker.
        }
    }
}
