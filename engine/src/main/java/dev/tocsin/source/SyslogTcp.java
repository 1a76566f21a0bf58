package dev.tocsin.source;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** The TCP half of {@link SyslogSource}, plain (RFC 6587) or with TLS (RFC 5425). */
final class SyslogTcp {
    private static final int READ_BYTES_MIN = 4 * 1024;
    private static final int READ_BYTES_MAX = 256 * 1024;

    private final SyslogSourceConfig config;
    private final SyslogSource source;
    private final Tally tally;
    private final SocketServer server;
    /** Bytes of unfinished messages, of all connections. */
    private final AtomicLong unfinished = new AtomicLong();

    SyslogTcp(SyslogSourceConfig config, SyslogSource source, Tally tally) throws IOException {
        this.config = config;
        this.source = source;
        this.tally = tally;
        server = new SocketServer("syslog", config.listen(), config.connectionsMax(), config.tls(), tally, this::read);
    }

    int port() {
        return server.port();
    }

    void start() {
        server.start();
    }

    private void read(Socket socket, String peer) throws IOException {
        SyslogFraming framing = new SyslogFraming((int) config.messageMax().bytes());
        List<Frame> frames = new ArrayList<>();
        try {
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, config.idle().toMillis()));
            readAll(socket.getInputStream(), framing, frames, peer);
        } catch (SocketTimeoutException _) {
            // Nothing came for as long as the configuration allows; the sender will connect again.
        } finally {
            end(framing, frames, peer);
        }
    }

    /** What came before a connection broke is an event like any other. */
    private void end(SyslogFraming framing, List<Frame> frames, String peer) {
        unfinished.addAndGet(-framing.held());
        framing.end(frames);
        if (!frames.isEmpty()) {
            source.takeTcp(frames, peer);
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

    /** Returns when all was handed over. */
    void close() {
        server.close();
    }
}
