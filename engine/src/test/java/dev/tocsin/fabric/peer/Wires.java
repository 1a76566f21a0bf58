package dev.tocsin.fabric.peer;

import dev.tocsin.base.Endpoint;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * A network in memory: nodes by name, wires that can be cut between two of them. What is on a wire when it is cut is
 * gone, at whatever byte that is.
 */
final class Wires {
    private static final int WIRE_BYTES = 32 << 10;

    private final Map<String, Consumer<Network.Connection>> listening = new ConcurrentHashMap<>();
    private final Set<String> cut = new HashSet<>();
    private final List<Wire> open = new ArrayList<>();

    static Endpoint of(String node) {
        return new Endpoint(node, 1);
    }

    private static String pair(String a, String b) {
        return a.compareTo(b) < 0 ? a + " " + b : b + " " + a;
    }

    synchronized void cut(String a, String b) {
        cut.add(pair(a, b));
        open.removeIf(wire -> {
            if (wire.pair.equals(pair(a, b))) {
                wire.close();
                return true;
            }
            return false;
        });
    }

    /** From now on nothing arrives on the wires that are there, and nobody is told. */
    synchronized void freeze(String a, String b) {
        open.stream().filter(w -> w.pair.equals(pair(a, b))).forEach(w -> {
            w.there.freeze();
            w.back.freeze();
        });
    }

    synchronized void heal(String a, String b) {
        cut.remove(pair(a, b));
    }

    /** The network as a node sees it. */
    Network at(String node) {
        return new Network() {
            @Override
            public Connection connect(Endpoint to) throws IOException {
                Wire wire = new Wire(pair(node, to.host()));
                synchronized (Wires.this) {
                    Consumer<Connection> accepted = listening.get(to.host());
                    if (accepted == null || cut.contains(wire.pair)) {
                        throw new ConnectException("nobody answers at " + to);
                    }
                    open.removeIf(w -> w.isClosed());
                    open.add(wire);
                    Thread.ofVirtual().start(() -> accepted.accept(new End(wire, wire.there, wire.back, of(node))));
                }
                return new End(wire, wire.back, wire.there, to);
            }

            @Override
            public Listening listen(Endpoint at, Consumer<Connection> accepted) {
                listening.put(node, accepted);
                return new Listening() {
                    @Override
                    public Endpoint endpoint() {
                        return of(node);
                    }

                    @Override
                    public void close() {
                        listening.remove(node);
                    }
                };
            }
        };
    }

    private static final class Wire {
        private final String pair;
        private final Pipe there = new Pipe();
        private final Pipe back = new Pipe();

        Wire(String pair) {
            this.pair = pair;
        }

        void close() {
            there.close();
            back.close();
        }

        boolean isClosed() {
            return there.isClosed();
        }
    }

    private record End(Wire wire, Pipe from, Pipe to, Endpoint remote) implements Network.Connection {
        @Override
        public InputStream in() {
            return new InputStream() {
                @Override
                public int read() {
                    throw new UnsupportedOperationException();
                }

                @Override
                public int read(byte[] into, int offset, int length) throws IOException {
                    return from.read(into, offset, length);
                }
            };
        }

        @Override
        public OutputStream out() {
            return new OutputStream() {
                @Override
                public void write(int b) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void write(byte[] bytes, int offset, int length) throws IOException {
                    to.write(bytes, offset, length);
                }
            };
        }

        @Override
        public void patience(Duration most) {
            from.patience(most);
        }

        @Override
        public Set<String> names() {
            return Set.of();
        }

        @Override
        public boolean isSecured() {
            return true;
        }

        @Override
        public void close() {
            wire.close();
        }
    }

    private static final class Pipe {
        private final byte[] ring = new byte[WIRE_BYTES];
        private long written;
        private long read;
        private long patienceMillis = Long.MAX_VALUE / 4;
        private boolean frozen;
        private boolean closed;

        synchronized void patience(Duration most) {
            patienceMillis = most.toMillis();
        }

        synchronized int read(byte[] into, int offset, int length) throws IOException {
            long deadline = System.nanoTime() / 1_000_000 + patienceMillis;
            while (written == read && !closed) {
                long left = deadline - System.nanoTime() / 1_000_000;
                if (left <= 0) {
                    throw new SocketTimeoutException("nothing came");
                }
                await(left);
            }
            if (closed) {
                throw new IOException("the wire is cut");
            }
            int count = (int) Math.min(length, written - read);
            for (int i = 0; i < count; i++) {
                into[offset + i] = ring[(int) (read++ % ring.length)];
            }
            notifyAll();
            return count;
        }

        synchronized void write(byte[] bytes, int offset, int length) throws IOException {
            for (int i = 0; i < length && !frozen; i++) {
                while (written - read == ring.length && !closed && !frozen) {
                    notifyAll();
                    await(Long.MAX_VALUE / 4);
                }
                if (closed) {
                    throw new IOException("the wire is cut");
                }
                ring[(int) (written++ % ring.length)] = bytes[offset + i];
            }
            notifyAll();
        }

        private void await(long millis) throws IOException {
            try {
                wait(millis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        synchronized void freeze() {
            frozen = true;
            written = read;
            notifyAll();
        }

        synchronized void close() {
            closed = true;
            notifyAll();
        }

        synchronized boolean isClosed() {
            return closed;
        }
    }
}
