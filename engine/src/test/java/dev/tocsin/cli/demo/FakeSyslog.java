package dev.tocsin.cli.demo;

import dev.tocsin.base.Endpoint;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A syslog listener over real sockets that tells the two framings of RFC 6587 apart by the first character. */
final class FakeSyslog implements AutoCloseable {
    final List<String> counted = new CopyOnWriteArrayList<>();
    final List<String> lines = new CopyOnWriteArrayList<>();
    final List<String> datagrams = new CopyOnWriteArrayList<>();
    private final ServerSocket tcp = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    private final DatagramSocket udp = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

    FakeSyslog() throws IOException {
        Thread.ofVirtual().start(this::accept);
        Thread.ofVirtual().start(this::receive);
    }

    Endpoint tcp() {
        return new Endpoint("127.0.0.1", tcp.getLocalPort());
    }

    Endpoint udp() {
        return new Endpoint("127.0.0.1", udp.getLocalPort());
    }

    private void accept() {
        while (!tcp.isClosed()) {
            try {
                Socket socket = tcp.accept();
                Thread.ofVirtual().start(() -> read(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void read(Socket socket) {
        try (socket; InputStream in = new BufferedInputStream(socket.getInputStream())) {
            for (int first = in.read(); first >= 0; first = in.read()) {
                if (Character.isDigit(first)) {
                    int length = Integer.parseInt((char) first + until(in, ' '));
                    counted.add(new String(in.readNBytes(length), StandardCharsets.UTF_8));
                } else {
                    lines.add((char) first + until(in, '\n'));
                }
            }
        } catch (IOException e) {
            // The sender has gone; what it sent is kept.
        }
    }

    private static String until(InputStream in, char end) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        for (int b = in.read(); b >= 0 && b != end; b = in.read()) {
            bytes.write(b);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private void receive() {
        byte[] buffer = new byte[65_535];
        while (!udp.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                udp.receive(packet);
            } catch (IOException e) {
                return;
            }
            datagrams.add(new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8));
        }
    }

    @Override
    public void close() throws IOException {
        tcp.close();
        udp.close();
    }
}
