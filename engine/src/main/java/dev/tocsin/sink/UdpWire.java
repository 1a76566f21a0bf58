package dev.tocsin.sink;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * One datagram for each message. The socket is not connected, so that a receiver that is away is not noticed: it would be
 * noticed only sometimes and too late. What throws is this machine: no address for the name, no route.
 */
final class UdpWire implements SyslogWire {
    private final Endpoint to;
    private @Nullable DatagramSocket socket;

    UdpWire(Endpoint to) {
        this.to = to;
    }

    @Override
    public void send(ByteBuffer[] messages) throws IOException {
        InetSocketAddress address = to.address();
        if (address.isUnresolved()) {
            throw new UnknownHostException("the name " + to.host() + " stands for no address");
        }
        DatagramSocket open = socket;
        if (open == null) {
            open = new DatagramSocket();
            socket = open;
        }
        for (ByteBuffer message : messages) {
            open.send(new DatagramPacket(message.array(), message.limit(), address));
            message.position(message.limit());
        }
    }

    @Override
    public void close() {
        DatagramSocket open = socket;
        socket = null;
        if (open != null) {
            open.close();
        }
    }
}
