package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.net.ProtocolException;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;

/** The first words on a connection: who each side is, and whether they want each other. */
final class Greeting {
    static final int VERSION = 2;
    private static final int VERSION_LOWEST = 1;

    private static final long MAGIC = 0x746F6373696E0001L;
    private static final int FRAME_BYTES_MAX = 4096;
    private static final int NAME_MAX = 255;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Peers peers;
    private final Network.Connection connection;
    private final FrameReader in;
    private final FrameWriter out;

    /**
     * What one side says of itself.
     *
     * @param port where it listens; 0 for nowhere
     */
    record Hello(int lowest, int highest, String name, UUID endpoint, int port) {
    }

    Greeting(Peers peers, Network.Connection connection, FrameReader in, FrameWriter out) {
        this.peers = peers;
        this.connection = connection;
        this.in = in;
        this.out = out;
    }

    /** Who dials speaks first; who is dialled answers with its own hello, or with a refusal. */
    Remote exchange(Link link, boolean dialled) throws IOException {
        connection.patience(PATIENCE);
        try {
            if (dialled) {
                say();
                Hello hello = hear();
                return admit(link, hello);
            }
            Hello hello = hear();
            Remote remote = admit(link, hello);
            say();
            return remote;
        } catch (Refusal.RefusedException e) {
            if (!e.isTheirs()) {
                refuse(e);
            }
            throw e;
        }
    }

    private void say() throws IOException {
        out.begin(Frame.HELLO).fixed(MAGIC).number(VERSION_LOWEST).number(VERSION).text(peers.hub().name())
                .id(peers.hub()
                        .id())
                .number(peers.port()).end();
        out.flush();
    }

    private void refuse(Refusal.RefusedException e) {
        try {
            out.begin(Frame.REFUSE).number(e.refusal().ordinal()).text(String.valueOf(e.getMessage())).end();
            out.flush();
        } catch (IOException _) {
            // Then it hears of it by the end of the connection.
        }
    }

    private Hello hear() throws IOException {
        Frame frame = in.next(FRAME_BYTES_MAX);
        if (frame == Frame.REFUSE) {
            long number = in.number();
            if (number < 0 || number >= Refusal.values().length) {
                throw new ProtocolException("an unknown refusal: " + number);
            }
            throw new Refusal.RefusedException(Refusal.values()[(int) number], in.text(), true);
        }
        if (frame != Frame.HELLO || in.fixed() != MAGIC) {
            throw new ProtocolException("it does not speak the protocol of this fabric");
        }
        long lowest = in.number();
        long highest = in.number();
        if (lowest > VERSION || highest < VERSION_LOWEST) {
            throw new Refusal.RefusedException(Refusal.INCOMPATIBLE, String.format(Locale.ROOT,
                    "it speaks versions %d to %d of the protocol, this node %d to %d", lowest, highest,
                    VERSION_LOWEST, VERSION));
        }
        String name = in.text();
        UUID endpoint = in.id();
        long port = in.number();
        if (name.isEmpty() || name.length() > NAME_MAX || port < 0 || port > 65535) {
            throw new ProtocolException("a hello without a name, or with an impossible port");
        }
        return new Hello((int) Math.max(1, lowest), (int) Math.min(VERSION, highest), name, endpoint, (int) port);
    }

    private Remote admit(Link link, Hello hello) throws IOException {
        if (!connection.isSecured() && !peers.security().plainEverywhere()) {
            throw new Refusal.RefusedException(Refusal.FORBIDDEN, "no TLS on a connection from another machine");
        }
        if (peers.security().tls() != null && !connection.names().contains(hello.name)) {
            throw new Refusal.RefusedException(Refusal.FORBIDDEN, "it calls itself " + hello.name
                    + ", but its certificate is for " + connection.names());
        }
        Endpoint back = hello.port == 0 ? null : new Endpoint(connection.remote().host(), hello.port);
        link.version(hello.highest());
        return peers.admit(link, hello, back);
    }
}
