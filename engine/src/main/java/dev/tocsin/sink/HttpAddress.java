package dev.tocsin.sink;

import dev.tocsin.base.Endpoint;
import dev.tocsin.sink.SinkConfig.ClearText;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** Checks of a setting {@code url}. */
final class HttpAddress {
    private HttpAddress() {
    }

    /**
     * @param mayHavePath whether something may stand behind host and port
     * @throws IllegalArgumentException with a reason for people
     */
    static URI of(String url, boolean mayHavePath) {
        URI uri;
        try {
            uri = new URI(url.endsWith("/") && !mayHavePath ? url.substring(0, url.length() - 1) : url);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("url is none: " + e.getMessage(), e);
        }
        boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
        if (!http || uri.getHost() == null || uri.getFragment() != null) {
            throw new IllegalArgumentException("url must be as in https://host:port");
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException("url must not hold a password; there are settings for it");
        }
        if (!mayHavePath && (!uri.getPath().isEmpty() || uri.getQuery() != null)) {
            throw new IllegalArgumentException("url has a path; write only https://host:port");
        }
        return uri;
    }

    static void checkTls(String url, boolean hasTls) {
        if (hasTls && !url.startsWith("https:")) {
            throw new IllegalArgumentException("tls says how to encrypt, but the url does not; write https://");
        }
    }

    static Optional<ClearText> clearText(String url, boolean allowed) {
        URI uri = URI.create(url);
        boolean open = "http".equals(uri.getScheme()) && !allowed && !new Endpoint(
                uri.getHost().replaceAll("[\\[\\]]", ""), Math.max(0, uri.getPort())).isLoopback();
        return open ? Optional.of(new ClearText("url", url, "write https://")) : Optional.empty();
    }
}
