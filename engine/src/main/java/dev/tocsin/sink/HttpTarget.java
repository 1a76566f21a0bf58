package dev.tocsin.sink;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.zip.GZIPOutputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** A receiver that is reached by HTTP: posts bodies to it, each with a time limit that covers the whole answer. */
final class HttpTarget implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int ANSWER_BYTES_MAX = 16 << 20;

    private final URI base;
    private final @Nullable TlsConfig tls;
    private final Duration timeout;
    private final Map<String, String> headers;
    private @Nullable HttpClient client;

    /** The request was not sent: what is in it did not arrive. */
    static final class NotSentException extends IOException {
        private static final long serialVersionUID = 1;

        NotSentException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * @param base without a slash at its end
     * @param headers of every request
     */
    HttpTarget(URI base, @Nullable TlsConfig tls, Duration timeout, Map<String, String> headers) {
        this.base = base;
        this.tls = tls;
        this.timeout = timeout;
        this.headers = Map.copyOf(headers);
    }

    /**
     * @param path as in {@code /_bulk?timeout=1m}, or empty
     * @param gzip whether to compress the body
     * @param more headers of this request
     * @throws NotSentException when there is no connection
     * @throws IOException when there is no answer; nobody knows whether it arrived
     */
    HttpAnswer post(String path, String contentType, byte[] body, boolean gzip, Map<String, String> more)
            throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(timeout)
                .header("Content-Type", contentType);
        Map<String, String> all = new LinkedHashMap<>(headers);
        all.putAll(more);
        all.forEach(request::header);
        if (gzip) {
            request.header("Content-Encoding", "gzip");
        }
        request.POST(HttpRequest.BodyPublishers.ofByteArray(gzip ? packed(body) : body));
        return send(request.build());
    }

    private HttpAnswer send(HttpRequest request) throws IOException {
        CompletableFuture<HttpResponse<byte[]>> answer = client().sendAsync(request,
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), ANSWER_BYTES_MAX));
        try {
            HttpResponse<byte[]> response = answer.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
            return new HttpAnswer(response.statusCode(), response.headers(), response.body());
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new IOException("no answer within " + timeout.toMillis() + " ms", e);
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("stopped while waiting for an answer");
        } catch (ExecutionException e) {
            throw failed(e.getCause() == null ? e : e.getCause());
        }
    }

    private IOException failed(Throwable cause) {
        String said = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        if (cause instanceof SSLException) {
            // The certificates may be renewed by the next time.
            close();
            return new NotSentException("no TLS with it: " + said, cause);
        }
        if (cause instanceof ConnectException || cause instanceof HttpConnectTimeoutException) {
            return new NotSentException("no connection: " + said, cause);
        }
        return new IOException(said, cause);
    }

    private HttpClient client() throws IOException {
        HttpClient open = client;
        if (open != null) {
            return open;
        }
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER);
        TlsConfig secured = tls;
        if (secured != null) {
            builder.sslContext(TlsContext.of(secured));
        }
        HttpClient fresh = builder.build();
        client = fresh;
        return fresh;
    }

    private static byte[] packed(byte[] body) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream(body.length / 4 + 64);
        try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
            out.write(body);
        }
        return packed.toByteArray();
    }

    @Override
    public void close() {
        HttpClient open = client;
        client = null;
        if (open != null) {
            open.shutdownNow();
        }
    }

    /** For people, without path and query: some write a password there. */
    @Override
    public String toString() {
        return base.getScheme() + "://" + base.getRawAuthority();
    }
}
