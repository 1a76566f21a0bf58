package dev.tocsin.source.state;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A wire to a server on this machine that swallows some answers: what was asked is done, and nobody hears of it. */
final class CutWire implements AutoCloseable {
    private final ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger swallow = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    CutWire(int target) throws IOException {
        Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    Socket client = door.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    open.add(client);
                    open.add(server);
                    Thread.ofVirtual().start(() -> copy(client, server, false));
                    Thread.ofVirtual().start(() -> copy(server, client, true));
                }
            } catch (IOException _) {
                // Closed.
            }
        });
    }

    int port() {
        return door.getLocalPort();
    }

    /** The next so many answers do not arrive, each on a connection that is then gone. */
    void swallow(int answers) {
        swallow.set(answers);
    }

    private void copy(Socket from, Socket to, boolean answers) {
        try (from; to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[64 << 10];
            for (int n = in.read(buffer); n > 0; n = in.read(buffer)) {
                if (answers && swallow.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    return;
                }
                out.write(buffer, 0, n);
            }
        } catch (IOException _) {
            // Either end is gone, and so is the other now.
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    @Override
    public void close() throws IOException {
        door.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
