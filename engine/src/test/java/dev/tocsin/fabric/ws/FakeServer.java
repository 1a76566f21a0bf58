package dev.tocsin.fabric.ws;

import java.io.BufferedReader;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;

/** Accepts one client, sends it frames exactly as given, then closes. */
final class FakeServer implements AutoCloseable {
    private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final Thread thread;

    FakeServer(List<WsFrames.Frame> frames) throws IOException {
        thread = Thread.ofVirtual().start(() -> serve(frames));
    }

    URI uri() {
        return URI.create("ws://127.0.0.1:" + socket.getLocalPort() + Dialect.PATH);
    }

    private void serve(List<WsFrames.Frame> frames) {
        try (Socket client = socket.accept()) {
            BufferedReader in = new BufferedReader(
                    new InputStreamReader(client.getInputStream(), StandardCharsets.ISO_8859_1));
            String key = "";
            for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
                key = line.startsWith("Sec-WebSocket-Key: ") ? line.substring(19) : key;
            }
            byte[] digest = MessageDigest.getInstance("SHA-1")
                    .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").getBytes(StandardCharsets.US_ASCII));
            DataOutputStream out = new DataOutputStream(client.getOutputStream());
            out.writeBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Accept: " + Base64.getEncoder().encodeToString(digest) + "\r\n\r\n");
            for (WsFrames.Frame frame : frames) {
                out.writeByte(0x80 | frame.opcode());
                out.writeByte(frame.payload().length < 126 ? frame.payload().length : 126);
                if (frame.payload().length >= 126) {
                    out.writeShort(frame.payload().length);
                }
                out.write(frame.payload());
            }
            out.flush();
            client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws Exception {
        socket.close();
        thread.join(2000);
    }
}
