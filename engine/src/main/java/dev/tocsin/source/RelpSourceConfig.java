package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Settings of {@link RelpSource}. */
@Tag("relp")
@Doc("Receives syslog messages by RELP, in which each one is acknowledged; rsyslog speaks it (omrelp).")
public record RelpSourceConfig(@Doc("Where to listen.") @Default("127.0.0.1:2514") Endpoint listen,
        @Doc("Whose the events are.") @Default("main") String customer,
        @Doc("How the events are written.") @Default("auto") String format,
        @Doc("What kind of log it is.") @Default("{}") LogSourceHint logsource,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("A longer message becomes a dead letter that keeps its first 64 KiB.") @Default("1MiB") ByteSize messageMax,
        @Doc("Connections at one time; further ones are closed at once.") @Default("1000") int connectionsMax,
        @Doc("A connection on which nothing came for so long is closed.") @Default("1h") Duration idle,
        @Doc("Messages of one connection that are not durable yet; beyond that it is not read. A sender has a window of its own, usually smaller.") @Default("10000") int windowMax,
        @Doc("Bytes read but not yet durable; when it is reached no connection is read.") @Default("64MiB") ByteSize inFlightMax,
        @Doc("Take TLS instead of plain TCP.") @Nullable TlsConfig tls,
        @Doc("Listen beyond this machine without TLS, so that anybody on the network may read and forge messages.") @Default("false") boolean plaintext)
        implements
            SourceConfig {

    public RelpSourceConfig {
        Limits.checkSilence(silentAfter);
        Limits.check("message_max", messageMax, 16, 4 << 20);
        Limits.check("in_flight_max", inFlightMax, 1 << 20, Integer.MAX_VALUE);
        if (connectionsMax < 1 || windowMax < 1 || idle.isNegative() || idle.isZero()) {
            throw new IllegalArgumentException("connections_max, window_max and idle must be above 0");
        }
    }
}
