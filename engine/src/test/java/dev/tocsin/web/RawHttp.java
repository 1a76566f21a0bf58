package dev.tocsin.web;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** HTTP by hand, for what a client library would not send. */
final class RawHttp {
    private RawHttp() {
    }

    /** The whole answer. */
    static String get(Endpoint server, String path, String host) throws IOException {
        return send(server, "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
    }

    static String send(Endpoint server, String bytes) throws IOException {
        try (Socket socket = open(server)) {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    static Socket open(Endpoint server) throws IOException {
        Socket socket = new Socket(server.host(), server.port());
        socket.setSoTimeout(10_000);
        return socket;
    }
}
