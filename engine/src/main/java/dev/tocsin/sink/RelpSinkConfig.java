package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import dev.tocsin.sink.SyslogSinkConfig.Facility;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of {@link RelpSink}. */
@Tag("relp")
@Doc("Sends each alert or event as a syslog message by RELP, such as to rsyslog, which acknowledges each: nothing is lost; after a crash the last ones may come twice.")
public record RelpSinkConfig(@Doc("What is sent: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Where to; usually port 2514 or 20514.") Endpoint address,
        @Doc("5424, or 3164 for old receivers; the time of 3164 is in UTC and has no year and no zone.") @Default("5424") int rfc,
        @Doc("The facility of each message.") @Default("local0") Facility facility,
        @Doc("The text of the message: cef, leef (2.0), leef1 (1.0), kv, json; text, for people, only with rfc 5424.") @Default("cef") SinkFormat format,
        @Doc("A longer message is cut, and that is counted; rsyslog takes 8KiB unless its maxMessageSize and imrelp's maxDataSize say otherwise.") @Default("64KiB") ByteSize messageMax,
        @Doc("How many messages may be on their way without an acknowledgement, at most 1000.") @Default("128") int window,
        @Doc("How long the receiver may leave a message without an acknowledgement before all such are sent again.") @Default("20s") Duration timeout,
        @Doc("Encrypt; tls: {} trusts the authorities that Java knows.") @Nullable TlsConfig tls,
        @Doc("Send to another machine without TLS, so that anybody on the network between may read and forge messages.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    private static final int WINDOW_MAX = 1000;
    private static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

    public RelpSinkConfig {
        SyslogStyle.check(rfc, format, messageMax);
        if (address.port() == 0) {
            throw new IllegalArgumentException("address needs the receiver's port, such as 2514");
        }
        if (window < 1 || window > WINDOW_MAX) {
            throw new IllegalArgumentException("window must be from 1 to " + WINDOW_MAX);
        }
        if (timeout.toMillis() < 100 || timeout.compareTo(TIMEOUT_MAX) > 0) {
            throw new IllegalArgumentException("timeout must be from 100ms to 5m");
        }
    }

    @Override
    public Optional<ClearText> clearText() {
        return tls != null || plaintext || address.isLoopback()
                ? Optional.empty()
                : Optional.of(new ClearText("address", address.toString(), "give it a tls section"));
    }
}
