package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of {@link SyslogSource}. */
@Tag("syslog")
@Doc("Receives syslog, UDP and TCP on one port or TLS; RFC 5424 and 3164, counted or one message per line.")
public record SyslogSourceConfig(@Doc("Where to listen.") @Default("127.0.0.1:5514") Endpoint listen,
        @Doc("Whose the events are.") @Default("main") String customer,
        @Doc("How the events are written.") @Default("auto") String format,
        @Doc("What kind of log it is.") @Default("{}") LogSourceHint logsource,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("A longer message becomes a dead letter that keeps its first 64 KiB; a datagram never has more than 64 KiB.") @Default("1MiB") ByteSize messageMax,
        @Doc("TCP connections at one time; further ones are closed at once.") @Default("10000") int connectionsMax,
        @Doc("A TCP connection on which nothing came for so long is closed.") @Default("1h") Duration idle,
        @Doc("Bytes read but not yet durable; when it is reached no socket is read.") @Default("64MiB") ByteSize inFlightMax,
        @Doc("Take TLS (RFC 5425, usually port 6514) instead of plain TCP and UDP.") @Nullable TlsConfig tls,
        @Doc("Listen beyond this machine without TLS, so that anybody on the network may read and forge messages.") @Default("false") boolean plaintext)
        implements
            SourceConfig {

    public SyslogSourceConfig {
        Limits.checkSilence(silentAfter);
        Limits.check("message_max", messageMax, 16, 4 << 20);
        Limits.check("in_flight_max", inFlightMax, 1 << 20, Integer.MAX_VALUE);
        if (connectionsMax < 1 || idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("connections_max and idle must be above 0");
        }
    }
}
