package dev.tocsin.source;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of {@link HttpIntake}. */
@Tag("http")
@Doc("Receives events by HTTP: Splunk HEC (/services/collector), OpenTelemetry logs (/v1/logs) and JSON lines (/ingest/<source>).")
public record HttpSourceConfig(@Doc("Where to listen.") @Default("127.0.0.1:8088") Endpoint listen,
        @Doc("Whose the events are when no tokens are set.") @Default("main") String customer,
        @Doc("How HEC events are written.") @Default("auto") String format,
        @Doc("What kind of log HEC events are.") @Default("{}") LogSourceHint logsource,
        @Doc("Raise an alarm when nothing came for so long; left out, silence is none.") @Nullable Duration silentAfter,
        @Doc("Who may send; none means anybody, which only a loopback listener may allow.") @Default("[]") List<Token> tokens,
        @Doc("Where in a HEC event its own unique id is, such as winlog.record_id.") @Nullable String idField,
        @Doc("What is known of the sources of /ingest/<source>; others are JSON.") @Default("{}") Map<String, Ingest> ingest,
        @Doc("Whether a HEC channel gets acknowledgement ids.") @Default("true") boolean ack,
        @Doc("A longer event becomes a dead letter.") @Default("1MiB") ByteSize messageMax,
        @Doc("A larger request is refused with 413.") @Default("32MiB") ByteSize bodyMax,
        @Doc("A request that unpacks to more is refused with 413.") @Default("64MiB") ByteSize unpackedMax,
        @Doc("A request whose unpacked size is more than so many times its size is refused with 413.") @Default("200") int ratioMax,
        @Doc("A request that takes longer to arrive is refused with 408.") @Default("1m") Duration bodyTimeout,
        @Doc("Bytes of all requests that are not yet durable; when it is reached the answer is 503.") @Default("256MiB") ByteSize inFlightMax,
        @Doc("Take HTTPS instead of HTTP.") @Nullable TlsConfig tls,
        @Doc("Listen beyond this machine without TLS, so that anybody on the network may read events and tokens;"
                + " only behind a proxy that has it.") @Default("false") boolean plaintext)
        implements
            SourceConfig {

    public HttpSourceConfig {
        tokens = List.copyOf(tokens);
        ingest = Map.copyOf(ingest);
        ingest.keySet().forEach(IngestRoute::checkName);
        Limits.checkSilence(silentAfter);
        Limits.check("message_max", messageMax, 16, 4 << 20);
        Limits.check("body_max", bodyMax, 1024, 1 << 30);
        Limits.check("unpacked_max", unpackedMax, 1024, 1 << 30);
        Limits.check("in_flight_max", inFlightMax, bodyMax.bytes() + unpackedMax.bytes(), Integer.MAX_VALUE);
        if (ratioMax < 2 || bodyTimeout.isNegative() || bodyTimeout.isZero()) {
            throw new IllegalArgumentException("ratio_max must be above 1 and body_timeout above 0");
        }
    }

    @Doc("Somebody who may send.")
    public record Token(@Doc("What the sender shows.") Secret token,
            @Doc("Whose the events are.") @Default("main") String customer,
            @Doc("The only source that this token may write, and the name of its HEC events.") @Nullable String source) {
        public Token {
            if (token.value().isEmpty()) {
                throw new IllegalArgumentException("a token cannot be empty");
            }
        }
    }

    @Doc("What is known of one source of /ingest/<source>.")
    public record Ingest(@Doc("How its lines are written.") @Default("json") String format,
            @Doc("What kind of log it is.") @Default("{}") LogSourceHint logsource,
            @Doc("Where in an event its own unique id is.") @Nullable String idField) {
        static final Ingest UNKNOWN = new Ingest("json", LogSourceHint.NONE, null);
    }
}
