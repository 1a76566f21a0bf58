package dev.tocsin.e2e;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** The ways into a node from outside, for bytes that may be anything. */
final class Doors implements AutoCloseable {
    private final NodeProcess node;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();

    Doors(NodeProcess node) {
        this.node = node;
    }

    /** An RFC 5424 message of priority 134 around the text. */
    static byte[] rfc5424(String message) {
        return ("<134>1 2026-03-01T10:00:00.000Z host1 app 77 ID1 - " + message).getBytes(StandardCharsets.UTF_8);
    }

    /** RFC 6587 octet counting. */
    static byte[] counted(byte[] message) {
        return join((message.length + " ").getBytes(StandardCharsets.US_ASCII), message);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(packed)) {
            out.write(plain);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return packed.toByteArray();
    }

    /** All chunks over one connection, which is then closed in order. */
    void syslog(List<byte[]> chunks) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), node.syslog)) {
            OutputStream out = socket.getOutputStream();
            for (byte[] chunk : chunks) {
                out.write(chunk);
            }
            out.flush();
            socket.shutdownOutput();
            // The node closes when it has read everything.
            socket.getInputStream().readAllBytes();
        }
    }

    /** @param headers names and values in turn */
    HttpResponse<String> post(String path, byte[] body, String... headers) throws IOException, InterruptedException {
        return post(node.hec, path, body, headers);
    }

    HttpResponse<String> post(int port, String path, byte[] body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(Duration.ofSeconds(60)).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Override
    public void close() {
        http.close();
    }
}
