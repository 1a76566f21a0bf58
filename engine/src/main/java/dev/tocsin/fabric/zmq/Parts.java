package dev.tocsin.fabric.zmq;

import java.util.ArrayList;
import java.util.List;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/** The parts of a ZeroMQ message. */
final class Parts {
    private Parts() {
    }

    /** The next message; empty when none came within the socket's time-out, or when the socket is closed. */
    static List<byte[]> receive(ZMQ.Socket socket) {
        List<byte[]> parts = new ArrayList<>(4);
        try {
            byte[] part = socket.recv(0);
            while (part != null) {
                parts.add(part);
                part = socket.hasReceiveMore() ? socket.recv(0) : null;
            }
        } catch (ZMQException e) {
            if (e.getErrorCode() != ZMQ.Error.ETERM.getCode()) {
                throw e;
            }
        }
        return parts;
    }
}
