package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Secret;
import dev.tocsin.config.Tag;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Settings of {@link WebhookSink}. */
@Tag("webhook")
@Doc("Posts alerts or events as a JSON array by HTTP, signed, and again until the receiver answers 2xx: nothing is lost; what may have arrived before comes with the same ids.")
public record WebhookSinkConfig(@Doc("What is sent: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("Where to.") String url,
        @Doc("Key of the signature in X-Tocsin-Signature: sha256= and the HMAC-SHA256 of the timestamp, a dot and the body; without it nothing is signed.") @Nullable Secret secret,
        @Doc("Further headers, such as Authorization.") @Default("{}") Map<String, Secret> headers,
        @Doc("Events in a request, at most.") @Default("100") int batch,
        @Doc("Size of a request, at most, unless one event alone is larger.") @Default("1MiB") ByteSize batchMax,
        @Doc("How long an answer may take.") @Default("20s") Duration timeout,
        @Doc("For an https url; without it the receiver must have a certificate for its name from an authority that Java knows.") @Nullable TlsConfig tls,
        @Doc("Send to another machine by http, so that anybody on the network between may read events and headers.") @Default("false") boolean plaintext)
        implements
            SinkConfig {
    private static final int BATCH_MAX = 10_000;
    private static final int BYTES_MIN = 1024;
    private static final int BYTES_MAX = 64 << 20;

    public WebhookSinkConfig {
        headers = Map.copyOf(headers);
        URI uri = HttpAddress.of(url, true);
        url = uri.toString();
        HttpAddress.checkTls(url, tls != null);
        if (secret != null && secret.value().isEmpty()) {
            throw new IllegalArgumentException("secret cannot be empty");
        }
        if (batch < 1 || batch > BATCH_MAX) {
            throw new IllegalArgumentException("batch must be from 1 to " + BATCH_MAX);
        }
        if (batchMax.bytes() < BYTES_MIN || batchMax.bytes() > BYTES_MAX) {
            throw new IllegalArgumentException("batch_max must be from 1KiB to 64MiB");
        }
        if (timeout.toMillis() < 100) {
            throw new IllegalArgumentException("timeout must be at least 100ms");
        }
        headers.forEach((name, value) -> {
            if (!name.matches("[A-Za-z0-9!#$%&'*+.^_`|~-]+") || value.value().chars().anyMatch(c -> c < ' ')
                    || name.matches("(?i)host|content-length|content-type|connection|expect|upgrade|idempotency-key"
                            + "|x-tocsin-.*")) {
                throw new IllegalArgumentException("headers cannot have " + name);
            }
        });
    }

    @Override
    public Optional<ClearText> clearText() {
        return HttpAddress.clearText(url, plaintext);
    }
}
