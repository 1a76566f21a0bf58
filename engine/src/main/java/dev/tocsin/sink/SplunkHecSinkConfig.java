package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of {@link SplunkHecSink}. */
@Tag("splunk_hec")
@Doc("Sends alerts or events to Splunk's HTTP Event Collector, and waits until the indexer has acknowledged them: nothing is lost; what was sent again may be there twice, with one tocsin_id.")
public record SplunkHecSinkConfig(@Doc("What is sent: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Where to, as in https://splunk.example:8088. Behind a load balancer, one that keeps a sender with its indexer.") String url,
        @Doc("The collector's token.") Secret token,
        @Doc("Whether to wait for the indexer's acknowledgement, which must be enabled for the token; without it an event counts as delivered when the collector has taken it, and is lost if Splunk then crashes. Splunk Cloud has no acknowledgements.") @Default("true") boolean ack,
        @Doc("The index; without it, the token's.") @Nullable String index,
        @Doc("The sourcetype of each event.") @Default("tocsin") String sourcetype,
        @Doc("What the event is: json, an object; the others are a line of text.") @Default("json") SinkFormat format,
        @Doc("Whether requests are compressed.") @Default("true") boolean gzip,
        @Doc("Size of a request before it is compressed; Splunk's own limit is max_content_length.") @Default("512KiB") ByteSize batchMax,
        @Doc("Requests that may wait for their acknowledgement.") @Default("100") int pendingMax,
        @Doc("How long an acknowledgement may take before the events are sent again.") @Default("1m") Duration ackTimeout,
        @Doc("How long an answer may take.") @Default("20s") Duration timeout,
        @Doc("For an https url; without it the receiver must have a certificate for its name from an authority that Java knows.") @Nullable TlsConfig tls,
        @Doc("Send to another machine by http, so that anybody on the network between may read events and token.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    private static final int BATCH_MIN = 1024;
    private static final int BATCH_MAX = 16 << 20;
    private static final int PENDING_MAX = 10_000;

    public SplunkHecSinkConfig {
        url = HttpAddress.of(url, false).toString();
        HttpAddress.checkTls(url, tls != null);
        if (token.value().isEmpty()) {
            throw new IllegalArgumentException("token cannot be empty");
        }
        if (batchMax.bytes() < BATCH_MIN || batchMax.bytes() > BATCH_MAX) {
            throw new IllegalArgumentException("batch_max must be from 1KiB to 16MiB");
        }
        if (pendingMax < 1 || pendingMax > PENDING_MAX) {
            throw new IllegalArgumentException("pending_max must be from 1 to " + PENDING_MAX);
        }
        if (ackTimeout.toMillis() < 100 || timeout.toMillis() < 100) {
            throw new IllegalArgumentException("ack_timeout and timeout must be at least 100ms");
        }
    }

    @Override
    public Optional<ClearText> clearText() {
        return HttpAddress.clearText(url, plaintext);
    }
}
