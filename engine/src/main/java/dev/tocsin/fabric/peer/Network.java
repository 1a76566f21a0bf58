package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Set;
import java.util.function.Consumer;

/** How connections are made. The real one is {@link TcpNetwork}. */
public interface Network {
    /** @throws IOException when it cannot be reached, or is not trusted */
    Connection connect(Endpoint to) throws IOException;

    /**
     * @param accepted gets each connection in a thread of its own
     * @throws IOException when it cannot listen there
     */
    Listening listen(Endpoint at, Consumer<Connection> accepted) throws IOException;

    /** Two streams of bytes; writing is for one thread and reading for another. */
    interface Connection extends Closeable {
        InputStream in() throws IOException;

        OutputStream out() throws IOException;

        /** How long a read may wait before it is a {@link java.net.SocketTimeoutException}. */
        void patience(Duration most) throws IOException;

        /** Address of the other side, for people and for calling back. */
        Endpoint remote();

        /** Names in the certificate of the other side, which has been verified; none without TLS. */
        Set<String> names();

        /** Whether the other side is known by a certificate, or the connection cannot leave this machine. */
        boolean isSecured();
    }

    /** A place where connections are accepted, until it is closed. */
    interface Listening extends Closeable {
        Endpoint endpoint();
    }
}
