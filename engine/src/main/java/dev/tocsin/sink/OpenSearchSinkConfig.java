package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of {@link OpenSearchSink}. */
@Tag("opensearch")
@Doc("Writes alerts or events into OpenSearch or Elasticsearch, under their id: each is there once, however often it is sent.")
public record OpenSearchSinkConfig(@Doc("What is sent: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Where to, as in https://search.example:9200; what stands in front of the interface, such as /search, may follow.") String url,
        @Doc("The user, with password.") @Nullable String user, @Doc("The user's password.") @Nullable Secret password,
        @Doc("Instead of a user: the key of an Authorization: ApiKey header.") @Nullable Secret apiKey,
        @Doc("Written in front of the name of each index, which is that of the event: events-<customer>-<day> or alerts-<customer>-<day>. Indices must not be rolled over: an id is unique in its index only.") @Default("") String indexPrefix,
        @Doc("Whether requests are compressed.") @Default("false") boolean gzip,
        @Doc("Size of a request before it is compressed.") @Default("4MiB") ByteSize batchMax,
        @Doc("How long an answer may take.") @Default("30s") Duration timeout,
        @Doc("For an https url; without it the receiver must have a certificate for its name from an authority that Java knows.") @Nullable TlsConfig tls,
        @Doc("Send to another machine by http, so that anybody on the network between may read events and password.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    private static final int BATCH_MIN = 1024;
    private static final int BATCH_MAX = 64 << 20;

    public OpenSearchSinkConfig {
        url = HttpAddress.of(url.endsWith("/") ? url.substring(0, url.length() - 1) : url, true).toString();
        if (url.indexOf('?') >= 0) {
            throw new IllegalArgumentException("url must not have a query; write only https://host:port");
        }
        HttpAddress.checkTls(url, tls != null);
        if ((user == null) != (password == null)) {
            throw new IllegalArgumentException(user == null
                    ? "password is given without user"
                    : "user is given without"
                            + " password");
        }
        if (user != null && apiKey != null) {
            throw new IllegalArgumentException("api_key and user are both given; keep one of them");
        }
        if (!indexPrefix.matches("([a-z0-9][a-z0-9._-]{0,99})?")) {
            throw new IllegalArgumentException(
                    "index_prefix may have a-z, 0-9, dot, dash and _, and begins with a-z or 0-9");
        }
        if (batchMax.bytes() < BATCH_MIN || batchMax.bytes() > BATCH_MAX) {
            throw new IllegalArgumentException("batch_max must be from 1KiB to 64MiB");
        }
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("timeout must be at least 100ms");
        }
    }

    @Override
    public Optional<ClearText> clearText() {
        return HttpAddress.clearText(url, plaintext);
    }
}
