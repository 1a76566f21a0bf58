package dev.tocsin.sink;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Syslog over TLS, RFC 5425; as {@link TcpWire} it looks whether the receiver is still there before it is used again. */
final class TlsWire implements SyslogWire {
    private static final int AT_ONCE_BYTES = 64 << 10;

    private final Endpoint to;
    private final TlsConfig tls;
    private final Duration patience;
    private @Nullable Connection connection;

    TlsWire(Endpoint to, TlsConfig tls, Duration patience) {
        this.to = to;
        this.tls = tls;
        this.patience = patience;
    }

    @Override
    public void send(ByteBuffer[] messages) throws IOException {
        try {
            Connection open = connected();
            int flushed = 0;
            int waiting = 0;
            for (int i = 0; i < messages.length; i++) {
                open.write(messages[i].array());
                waiting += messages[i].limit();
                if (waiting >= AT_ONCE_BYTES || i == messages.length - 1) {
                    open.flush();
                    waiting = 0;
                    for (; flushed <= i; flushed++) {
                        messages[flushed].position(messages[flushed].limit());
                    }
                }
            }
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    private Connection connected() throws IOException {
        Connection open = connection;
        if (open != null && open.isAlive()) {
            return open;
        }
        close();
        Connection fresh = Connection.open(to, tls, patience);
        connection = fresh;
        return fresh;
    }

    @Override
    public void close() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
