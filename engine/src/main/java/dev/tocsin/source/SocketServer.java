package dev.tocsin.source;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A TCP port, with TLS if wanted: a virtual thread accepts, and one for each connection serves it. At most so many
 * connections as it was told; further ones are closed at once.
 */
final class SocketServer {
    /** How long senders have to see that we close, before reading ends. */
    private static final int GRACE_MILLIS = 1000;
    private static final int HANDSHAKE_MILLIS = 30_000;
    private static final int BACKLOG = 1024;

    private final String name;
    private final int connectionsMax;
    private final @Nullable Tls tls;
    private final Tally tally;
    private final Server handler;
    private final ServerSocket server;
    /** By the accepted socket, the one to talk through: itself, or TLS over it. */
    private final Map<Socket, Socket> connections = new ConcurrentHashMap<>();
    private final CountDownLatch accepting = new CountDownLatch(1);
    private volatile boolean closing;

    /** What a connection is for. */
    interface Server {
        /** Serves it to its end; the socket is closed afterwards. A connection is open until this returns. */
        void serve(Socket socket, String peer) throws IOException;
    }

    SocketServer(String name, Endpoint listen, int connectionsMax, @Nullable TlsConfig tls, Tally tally,
            Server handler) throws IOException {
        this.name = name;
        this.connectionsMax = connectionsMax;
        this.tls = tls == null ? null : new Tls(tls);
        this.tally = tally;
        this.handler = handler;
        server = new ServerSocket();
        server.setReuseAddress(true);
        server.bind(listen.address(), BACKLOG);
    }

    int port() {
        return server.getLocalPort();
    }

    void start() {
        Thread.ofVirtual().name(name + "-accept").start(this::accept);
    }

    boolean isClosing() {
        return closing;
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
            if (connections.size() >= connectionsMax) {
                tally.turnedAway("a connection from " + socket.getInetAddress().getHostAddress()
                        + " was closed: connections_max (" + connectionsMax + ") are open");
                socket.close();
            } else {
                connections.put(socket, socket);
                Thread.ofVirtual().name(name + "-" + socket.getRemoteSocketAddress()).start(() -> serve(socket));
            }
        } catch (IOException e) {
            if (!closing) {
                tally.error("a TCP connection cannot be accepted: " + e.getMessage());
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(100));
            }
        }
    }

    private void serve(Socket accepted) {
        String peer = ((InetSocketAddress) accepted.getRemoteSocketAddress()).getAddress().getHostAddress();
        try (accepted; Socket socket = secured(accepted, peer)) {
            handler.serve(socket, peer);
        } catch (IOException _) {
            // The connection broke, which its server has dealt with, or was turned away.
        } finally {
            connections.remove(accepted);
        }
    }

    private Socket secured(Socket accepted, String peer) throws IOException {
        accepted.setKeepAlive(true);
        if (tls == null) {
            return accepted;
        }
        try {
            accepted.setSoTimeout(HANDSHAKE_MILLIS);
            var socket = tls.over(accepted);
            connections.replace(accepted, socket);
            socket.startHandshake();
            return socket;
        } catch (IOException e) {
            if (!closing) {
                tally.turnedAway("no TLS with " + peer + ": " + e.getMessage());
            }
            throw e;
        }
    }

    /** Says good-bye to senders, gives them a moment, then ends reading. Returns when all was handed over. */
    void close() {
        close(socket -> quietly(socket::shutdownOutput));
    }

    /** @param goodbye what a connection is told first */
    void close(Consumer<Socket> goodbye) {
        closing = true;
        try {
            server.close();
            accepting.await(GRACE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            tally.error("closing: " + e.getMessage());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        connections.values().forEach(goodbye);
        awaitConnections();
        // Of the accepted socket: TLS would first wait for the other side's good-bye.
        connections.keySet().forEach(s -> quietly(s::shutdownInput));
        awaitConnections();
        connections.keySet().forEach(s -> quietly(s::close));
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
        } catch (IOException | UnsupportedOperationException _) {
            // The other side was quicker.
        }
    }
}
