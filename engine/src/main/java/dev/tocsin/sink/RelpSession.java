package dev.tocsin.sink;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The client's side of one RELP session, from {@code open} to {@code close}. For one thread. */
final class RelpSession implements Closeable {
    private final Connection connection;
    private final InputStream in;
    private int number;

    /** Who hears of each message, by its place in the list. */
    interface Progress {
        void sent(int place);

        void acknowledged(int place);
    }

    /** @throws IOException when the receiver does not speak RELP or does not take syslog by it */
    RelpSession(Connection connection) throws IOException {
        this.connection = connection;
        this.in = new BufferedInputStream(connection.in());
        connection.write(RelpFrame.of(next(), "open", "relp_version=0\nrelp_software=tocsin," + SinkRecord.VERSION
                + "\ncommands=syslog").bytes());
        connection.flush();
        RelpFrame answer = answer();
        if (answer.number() != number || !answer.text().startsWith("200")) {
            throw new IOException("it refused the session: " + firstLine(answer));
        }
        if (!answer.text().matches("(?s).*\\ncommands=([^\\n]*,)?syslog(,[^\\n]*)?(\\n.*)?")) {
            throw new IOException("it does not take syslog messages by RELP");
        }
    }

    /**
     * Sends them in this order and waits for the acknowledgement of each.
     *
     * @param window how many may be without an acknowledgement
     * @throws IOException when one is refused or not acknowledged in time; the session is of no use then
     */
    void deliver(List<byte[]> messages, int window, Progress progress) throws IOException {
        Map<Integer, Integer> waiting = new LinkedHashMap<>();
        int next = 0;
        while (next < messages.size() || !waiting.isEmpty()) {
            if (waiting.size() <= window / 2) {
                while (next < messages.size() && waiting.size() < window) {
                    int transaction = next();
                    waiting.put(transaction, next);
                    progress.sent(next);
                    connection.write(new RelpFrame(transaction, "syslog", messages.get(next)).bytes());
                    next++;
                }
                connection.flush();
            }
            do {
                settle(answer(), waiting, progress::acknowledged);
            } while (!waiting.isEmpty() && in.available() > 0);
        }
    }

    private static void settle(RelpFrame answer, Map<Integer, Integer> waiting, Consumer<Integer> acknowledged)
            throws IOException {
        Integer place = waiting.remove(answer.number());
        if (place == null) {
            throw new IOException("it acknowledged what was not sent: transaction " + answer.number());
        }
        if (!answer.text().startsWith("200")) {
            throw new IOException("it refused a message: " + firstLine(answer));
        }
        acknowledged.accept(place);
    }

    private RelpFrame answer() throws IOException {
        RelpFrame frame;
        try {
            frame = RelpFrame.read(in);
        } catch (SocketTimeoutException e) {
            throw new IOException("no acknowledgement came in time", e);
        }
        if (frame.command().equals("serverclose")) {
            throw new IOException("it is closing");
        }
        if (!frame.command().equals("rsp")) {
            throw new IOException("what it says is not an answer: " + frame.command());
        }
        return frame;
    }

    /** Between deliveries it has nothing to say; what it says then is that it is closing. */
    boolean isAlive() {
        try {
            return in.available() == 0 && connection.isQuiet();
        } catch (IOException _) {
            return false;
        }
    }

    private int next() {
        number = number == RelpFrame.NUMBER_MAX ? 1 : number + 1;
        return number;
    }

    private static String firstLine(RelpFrame answer) {
        String text = answer.text().lines().findFirst().orElse("");
        return text.isEmpty() ? "without a reason" : text.substring(0, Math.min(200, text.length()));
    }

    /** Says farewell when nothing is on its way, and does not wait for the answer. */
    void farewell() {
        try {
            connection.write(RelpFrame.of(next(), "close", "").bytes());
            connection.flush();
        } catch (IOException _) {
            // It learns it from the end of the connection.
        }
        connection.close();
    }

    @Override
    public void close() {
        connection.close();
    }
}
