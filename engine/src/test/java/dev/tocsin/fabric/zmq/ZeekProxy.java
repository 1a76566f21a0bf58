package dev.tocsin.fabric.zmq;

import org.zeromq.SocketType;
import org.zeromq.ZMQ;
import org.zeromq.ZMQException;

/**
 * The proxy in a Zeek cluster's manager: XPUB and XSUB, what comes in at one side goes out at the other. Zeek's drops beyond
 * 1,000 messages, this one does not: what is looked at is what the nodes do.
 */
public final class ZeekProxy implements AutoCloseable {
    /** How long a connection may take to be one; some of JeroMQ 0.6.0 never are, see {@link ZeekNode}. */
    public static final int HANDSHAKE_MILLIS = 2_000;

    private final ZMQ.Context context = ZMQ.context(1);
    private final Thread thread;
    public final int publishAt;
    public final int subscribeAt;

    public ZeekProxy() {
        ZMQ.Socket xsub = socket(SocketType.XSUB);
        ZMQ.Socket xpub = socket(SocketType.XPUB);
        publishAt = xsub.bindToRandomPort("tcp://127.0.0.1");
        subscribeAt = xpub.bindToRandomPort("tcp://127.0.0.1");
        // A socket belongs to one thread: the one that has it must close it, too.
        thread = Thread.ofPlatform().daemon().start(() -> {
            try (xsub; xpub) {
                ZMQ.proxy(xsub, xpub, null);
            } catch (ZMQException e) {
                if (e.getErrorCode() != ZMQ.Error.ETERM.getCode()) {
                    throw e;
                }
            }
        });
    }

    private ZMQ.Socket socket(SocketType type) {
        ZMQ.Socket socket = context.socket(type);
        socket.setHWM(0);
        socket.setLinger(0);
        return socket;
    }

    @Override
    public void close() throws InterruptedException {
        context.term();
        thread.join();
    }
}
