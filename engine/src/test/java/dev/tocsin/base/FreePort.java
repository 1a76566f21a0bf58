package dev.tocsin.base;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** Ports for servers that are started again: the system gives them to nobody meanwhile, as it does with those of port 0. */
public final class FreePort {
    private static final int FIRST = 15_000;
    private static final int COUNT = 17_000;

    private FreePort() {
    }

    /** A port that nobody listens on. */
    public static int find() {
        while (true) {
            int port = FIRST + ThreadLocalRandom.current().nextInt(COUNT);
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException _) {
                // Somebody listens there; another one.
            }
        }
    }
}
