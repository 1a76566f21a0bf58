package dev.tocsin.sink;

import dev.tocsin.base.Endpoint;
import java.io.BufferedOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A connection to a receiver, with TLS or without, on which nothing waits for ever: connecting, the handshake and each
 * read have a time, and a watch closes the connection when the receiver takes nothing for as long. Writing is for one
 * thread at a time.
 */
final class Connection implements Closeable {
    private static final int CONNECT_MILLIS = 5000;
    private static final int BUFFER_BYTES = 16 << 10;
    /** How long a receiver may take to refuse a sender's certificate, which with TLS 1.3 it does after the handshake. */
    private static final int REFUSAL_MILLIS = 250;
    private static final long NOT_WRITING = Long.MAX_VALUE;

    private final Socket plain;
    private final Socket socket;
    private final Duration patience;
    private final OutputStream out;
    /** Since when a write has been waiting; by the clock of {@link System#nanoTime}. */
    private volatile long writingSince = NOT_WRITING;
    private volatile boolean stuck;
    private volatile boolean closed;

    private Connection(Socket plain, Socket socket, Duration patience) throws IOException {
        this.plain = plain;
        this.socket = socket;
        this.patience = patience;
        this.out = new BufferedOutputStream(new Watched(socket.getOutputStream()), BUFFER_BYTES);
        Thread.ofVirtual().name("sink-watch").start(this::watch);
    }

    /**
     * @param tls null for none
     * @param patience how long a receiver may take nothing, or leave a question unanswered
     */
    static Connection open(Endpoint to, @Nullable TlsConfig tls, Duration patience) throws IOException {
        InetSocketAddress address = to.address();
        if (address.isUnresolved()) {
            throw new UnknownHostException("the name " + to.host() + " stands for no address");
        }
        Socket plain = new Socket();
        try {
            plain.setKeepAlive(true);
            plain.setTcpNoDelay(true);
            plain.connect(address, CONNECT_MILLIS);
            plain.setSoTimeout(Math.toIntExact(patience.toMillis()));
            return new Connection(plain, tls == null ? plain : secured(plain, to, tls), patience);
        } catch (IOException e) {
            plain.close();
            throw e;
        }
    }

    private static Socket secured(Socket plain, Endpoint to, TlsConfig tls) throws IOException {
        SSLSocket socket = (SSLSocket) TlsContext.of(tls).getSocketFactory().createSocket(plain, to.host(), to.port(),
                true);
        SSLParameters parameters = socket.getSSLParameters();
        // Whoever does not want it has a trust manager that does not look at the name.
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        socket.setSSLParameters(parameters);
        try {
            socket.startHandshake();
            refusal(socket);
        } catch (SSLException e) {
            throw new IOException("no TLS with it: " + e.getMessage(), e);
        }
        return socket;
    }

    private static void refusal(SSLSocket socket) throws IOException {
        int patience = socket.getSoTimeout();
        socket.setSoTimeout(REFUSAL_MILLIS);
        try {
            if (socket.getInputStream().read() < 0) {
                throw new IOException("it closed the connection after the TLS handshake");
            }
            throw new IOException("it speaks first, as no receiver of this kind does");
        } catch (SocketTimeoutException _) {
            socket.setSoTimeout(patience);
        }
    }

    InputStream in() throws IOException {
        return socket.getInputStream();
    }

    /** Gathers; nothing is sure to leave before {@link #flush}. */
    void write(byte[] bytes) throws IOException {
        out.write(bytes);
    }

    void flush() throws IOException {
        out.flush();
    }

    /** Whether the other side has not closed; what it says is thrown away. */
    boolean isAlive() {
        try {
            socket.setSoTimeout(1);
            byte[] said = new byte[1024];
            int read = socket.getInputStream().read(said);
            while (read >= 0) {
                read = socket.getInputStream().read(said);
            }
            return false;
        } catch (SocketTimeoutException _) {
            return awaitAgain();
        } catch (IOException _) {
            return false;
        }
    }

    /** Whether the other side has neither closed nor said anything. */
    boolean isQuiet() {
        try {
            socket.setSoTimeout(1);
            socket.getInputStream().read();
            return false;
        } catch (SocketTimeoutException _) {
            return awaitAgain();
        } catch (IOException _) {
            return false;
        }
    }

    private boolean awaitAgain() {
        try {
            socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(Math.max(50, patience.toMillis() / 4));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
            long since = writingSince;
            if (since != NOT_WRITING && System.nanoTime() - since > patience.toNanos()) {
                stuck = true;
                closePlain();
            }
        }
    }

    private void closePlain() {
        closed = true;
        try {
            plain.close();
        } catch (IOException _) {
            // Nothing can be learnt from this any more.
        }
    }

    @Override
    public void close() {
        if (!closed) {
            // The farewell of TLS is a write, too.
            writingSince = System.nanoTime();
            try {
                socket.close();
            } catch (IOException _) {
                // It is closed below whatever happens.
            }
        }
        closePlain();
    }

    private final class Watched extends OutputStream {
        private final OutputStream inner;

        Watched(OutputStream inner) {
            this.inner = inner;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[]{(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            for (int at = from; at < from + length; at += BUFFER_BYTES) {
                writingSince = System.nanoTime();
                try {
                    inner.write(bytes, at, Math.min(BUFFER_BYTES, from + length - at));
                } catch (IOException e) {
                    throw stuck
                            ? new IOException("the receiver took nothing for " + patience.toMillis() + " ms", e)
                            : e;
                } finally {
                    writingSince = NOT_WRITING;
                }
            }
        }

        @Override
        public void flush() throws IOException {
            inner.flush();
        }
    }
}
