package dev.tocsin.content;

import dev.tocsin.config.Secret;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** A zip file behind an address; its entity tag tells whether it has changed, or its bytes where there is none. */
final class HttpFeed implements FeedSource {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final HttpFeedConfig config;
    private final ContentLimits limits;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).followRedirects(
            HttpClient.Redirect.NORMAL).build();
    private String tag = "";
    private String seen = "";
    private byte[] body = {};

    HttpFeed(HttpFeedConfig config, ContentLimits limits) {
        this.config = config;
        this.limits = limits;
    }

    @Override
    public String look() throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(config.url())).timeout(PATIENCE);
        Secret token = config.token();
        if (token != null) {
            request.header("Authorization", "Bearer " + token.value());
        }
        if (!tag.isEmpty()) {
            request.header("If-None-Match", tag);
        }
        try {
            HttpResponse<InputStream> answer = http.send(request.GET().build(), BodyHandlers.ofInputStream());
            try (InputStream in = answer.body()) {
                if (answer.statusCode() == 304) {
                    return seen;
                }
                if (answer.statusCode() != 200) {
                    throw new IOException(config.url() + " answers with status " + answer.statusCode());
                }
                body = in.readNBytes((int) limits.bytesMax() + 1);
                if (body.length > limits.bytesMax()) {
                    limits.require(config.url(), 0, body.length);
                }
                tag = answer.headers().firstValue("ETag").orElse("");
                seen = Hashes.sha256(body);
                return seen;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    @Override
    public ContentTree read() throws IOException {
        return ContentTree.ofZip(new ByteArrayInputStream(body), "", limits);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
