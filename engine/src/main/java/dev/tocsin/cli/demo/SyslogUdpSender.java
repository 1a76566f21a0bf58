package dev.tocsin.cli.demo;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Syslog by datagrams (RFC 5426): nobody answers, nothing is known of their fate. */
final class SyslogUdpSender implements Sender {
    private final Endpoint to;
    private final DatagramSocket socket;

    SyslogUdpSender(Endpoint to) throws IOException {
        this.to = to;
        this.socket = new DatagramSocket();
    }

    @Override
    public void deliver(List<Message> batch) throws IOException {
        for (Message message : batch) {
            byte[] text = message.text().getBytes(StandardCharsets.UTF_8);
            socket.send(new DatagramPacket(text, text.length, to.address()));
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
