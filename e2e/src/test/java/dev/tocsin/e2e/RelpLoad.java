package dev.tocsin.e2e;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Deque;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * A RELP sender as rsyslog is one: keeps at most a window of messages unacknowledged, and after a lost connection sends
 * again whatever was not acknowledged, before anything new.
 */
final class RelpLoad implements Load {
    private static final int WINDOW = 10_000;
    private static final int BATCH = 200;
    private static final String PADDING = " The quick brown fox jumps over the lazy dog.".repeat(3);

    private final int port;
    private final int perSecond;
    private final Instant start = Instant.now();
    private final BitSet acknowledged = new BitSet();
    private final Deque<Integer> toSend = new ArrayDeque<>();
    /** By the number of the frame. */
    private final TreeMap<Integer, Integer> unanswered = new TreeMap<>();
    private int next;
    private int resent;
    private volatile boolean stopping;

    RelpLoad(int port, int perSecond) {
        this.port = port;
        this.perSecond = perSecond;
    }

    @Override
    public void run() {
        long began = System.nanoTime();
        while (!isDone()) {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 500);
                session(socket, began);
            } catch (IOException _) {
                startAgain();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private synchronized boolean isDone() {
        return stopping && toSend.isEmpty() && unanswered.isEmpty();
    }

    private void session(Socket socket, long began) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(socket.getInputStream());
        String offers = "relp_version=0\nrelp_software=load\ncommands=syslog";
        socket.getOutputStream().write(("1 open " + offers.length() + " " + offers + "\n")
                .getBytes(StandardCharsets.UTF_8));
        answer(in);
        Thread reader = Thread.ofVirtual().start(() -> readAnswers(in, socket));
        try {
            int number = 1;
            while (!isDone()) {
                if (!reader.isAlive()) {
                    throw new IOException("the session ended");
                }
                byte[] frames = frames(number, began);
                if (frames.length == 0) {
                    TimeUnit.MILLISECONDS.sleep(2);
                } else {
                    synchronized (this) {
                        number = unanswered.isEmpty() ? number : unanswered.lastKey();
                    }
                    socket.getOutputStream().write(frames);
                }
            }
        } finally {
            socket.close();
            reader.join();
        }
    }

    /** The next frames that are due and fit the window. */
    private synchronized byte[] frames(int last, long began) {
        long due = stopping ? 0 : (System.nanoTime() - began) * perSecond / 1_000_000_000L - next;
        for (long i = 0; i < Math.min(due, BATCH) && toSend.size() < BATCH; i++) {
            toSend.add(next++);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int number = last;
        for (int i = 0; i < BATCH && !toSend.isEmpty() && unanswered.size() < WINDOW; i++) {
            int n = toSend.remove();
            number++;
            byte[] message = ("<13>1 " + start.plusMillis(n) + " host app - - - {\"text\":\"" + PADDING + "\",\"n\":"
                    + n
                    + "}").getBytes(StandardCharsets.UTF_8);
            unanswered.put(number, n);
            out.writeBytes((number + " syslog " + message.length + " ").getBytes(StandardCharsets.UTF_8));
            out.writeBytes(message);
            out.write('\n');
        }
        return out.toByteArray();
    }

    private void readAnswers(InputStream in, Socket socket) {
        try (socket) {
            while (true) {
                int number = answer(in);
                synchronized (this) {
                    Integer n = unanswered.remove(number);
                    if (n != null) {
                        acknowledged.set(n);
                    }
                }
            }
        } catch (IOException _) {
            // The session is over.
        }
    }

    /** @return number of the frame that was answered with 200 */
    private static int answer(InputStream in) throws IOException {
        String number = word(in);
        String command = word(in);
        byte[] data = in.readNBytes(Integer.parseInt(word(in)));
        if (data.length > 0 && in.read() < 0) {
            throw new EOFException();
        }
        if (!command.equals("rsp") || !new String(data, StandardCharsets.UTF_8).startsWith("200 ")) {
            throw new IOException(command + " " + new String(data, StandardCharsets.UTF_8));
        }
        return Integer.parseInt(number);
    }

    private static String word(InputStream in) throws IOException {
        StringBuilder word = new StringBuilder();
        int b = in.read();
        while (b > ' ') {
            word.append((char) b);
            b = in.read();
        }
        if (b < 0) {
            throw new EOFException();
        }
        return word.toString();
    }

    private synchronized void startAgain() {
        resent += unanswered.size();
        unanswered.descendingMap().values().forEach(toSend::addFirst);
        unanswered.clear();
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void finish() {
        stopping = true;
    }

    @Override
    public synchronized int acknowledgedCount() {
        return acknowledged.cardinality();
    }

    @Override
    public synchronized BitSet acknowledged() {
        return (BitSet) acknowledged.clone();
    }

    @Override
    public synchronized int made() {
        return next;
    }

    @Override
    public synchronized int resent() {
        return resent;
    }
}
