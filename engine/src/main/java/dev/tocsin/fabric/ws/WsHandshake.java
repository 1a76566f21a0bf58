package dev.tocsin.fabric.ws;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** Opens a client's WebSocket connection (RFC 6455, section 4): {@code ws} or {@code wss}, without extensions. */
final class WsHandshake {
    private static final String MAGIC = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final SecureRandom RANDOM = new SecureRandom();

    private WsHandshake() {
    }

    /**
     * @param headers in addition
     * @throws IOException when there is no connection, or what answers is no WebSocket server; the status is in the message
     */
    static WsFrames connect(URI uri, Map<String, String> headers, @Nullable SSLContext tls, Duration within,
            int messageBytesMax) throws IOException {
        boolean secure = "wss".equals(uri.getScheme());
        int port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
        Socket socket = new Socket();
        try {
            socket.connect(new InetSocketAddress(uri.getHost(), port), (int) within.toMillis());
            socket.setTcpNoDelay(true);
            socket.setSoTimeout((int) within.toMillis());
            if (secure) {
                socket = secured(socket, tls, uri.getHost(), port);
            }
            byte[] nonce = new byte[16];
            RANDOM.nextBytes(nonce);
            String key = Base64.getEncoder().encodeToString(nonce);
            socket.getOutputStream().write(request(uri, headers, key).getBytes(StandardCharsets.ISO_8859_1));
            BufferedInputStream in = new BufferedInputStream(socket.getInputStream(), 64 * 1024);
            check(in, key);
            return new WsFrames(socket, in, messageBytesMax);
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private static Socket secured(Socket plain, @Nullable SSLContext tls, String host, int port) throws IOException {
        try {
            SSLContext context = tls == null ? SSLContext.getDefault() : tls;
            SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
            socket.startHandshake();
            return socket;
        } catch (NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    private static String request(URI uri, Map<String, String> headers, String key) {
        String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        StringBuilder out = new StringBuilder("GET " + path + query + " HTTP/1.1\r\n");
        out.append("Host: ").append(uri.getRawAuthority()).append("\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n");
        out.append("Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ").append(key).append("\r\n");
        headers.forEach((name, value) -> {
            if ((name + value).chars().anyMatch(c -> c < ' ')) {
                throw new IllegalArgumentException("a header must not hold control characters: " + name);
            }
            out.append(name).append(": ").append(value).append("\r\n");
        });
        return out.append("\r\n").toString();
    }

    private static void check(BufferedInputStream in, String key) throws IOException {
        String status = line(in);
        Map<String, String> headers = new HashMap<>();
        int bytes = 0;
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            bytes += line.length();
            if (colon < 1 || bytes > HEADER_BYTES_MAX) {
                throw new IOException("the server's answer is no HTTP");
            }
            headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
        }
        if (!status.startsWith("HTTP/1.1 101")) {
            throw new IOException("the server answered \"" + status + "\"");
        }
        if (!accept(key).equals(headers.get("sec-websocket-accept"))
                || headers.containsKey("sec-websocket-extensions")) {
            throw new IOException("the server's WebSocket handshake is wrong");
        }
    }

    private static String accept(String key) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + MAGIC).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String line(BufferedInputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server ended the connection during the handshake");
            }
            if (line.size() > HEADER_BYTES_MAX) {
                throw new IOException("the server's answer is no HTTP");
            }
            line.write(b);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }
}
