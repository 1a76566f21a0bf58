package dev.tocsin.sink;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import javax.net.ServerSocketFactory;

/**
 * A RELP receiver that holds the sender to the protocol: transaction numbers rise by one from 1, lengths are right, there
 * is one {@code open} first, no more than the window is on its way. Its faults are set by the test.
 */
final class FakeRelp implements AutoCloseable {
    final List<String> taken = new CopyOnWriteArrayList<>();
    final List<String> troubles = new CopyOnWriteArrayList<>();
    /** Answers are gathered and sent so many at a time. */
    volatile int together = 1;
    /** After so many messages the connection is cut, without answers to what was gathered; then never again. */
    volatile int cutAfter = Integer.MAX_VALUE;
    /** The answer to this message is not 200. */
    volatile String refuse = "";
    volatile String openAnswer = "200 OK\nrelp_version=0\nrelp_software=fake\ncommands=syslog";
    volatile boolean silent;
    private final ServerSocket server;
    private final List<Socket> open = new CopyOnWriteArrayList<>();

    FakeRelp(int port, ServerSocketFactory factory) throws IOException {
        server = factory.createServerSocket();
        server.setReuseAddress(true);
        bind(port);
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    open.add(socket);
                    Thread.ofVirtual().start(() -> serve(socket));
                } catch (IOException _) {
                    return;
                }
            }
        });
    }

    /** The one before on this port may not be quite gone. */
    private void bind(int port) {
        Awaitility.await().ignoreExceptionsInstanceOf(BindException.class).until(() -> {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        });
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            OutputStream out = socket.getOutputStream();
            List<byte[]> answers = new ArrayList<>();
            for (int expected = 1;; expected++) {
                int number = Integer.parseInt(until(in, ' '));
                String command = until(in, ' ');
                String data = data(in);
                if (number != expected || expected == 1 != command.equals("open")) {
                    throw new IllegalStateException(
                            "transaction " + number + " " + command + " instead of " + expected);
                }
                switch (command) {
                    case "open" -> {
                        if (!data.contains("relp_version=0") || !data.contains("commands=syslog")) {
                            throw new IllegalStateException("opens with " + data);
                        }
                        out.write(answer(number, openAnswer));
                    }
                    case "close" -> {
                        out.write((number + " rsp 0\n0 serverclose 0\n").getBytes(StandardCharsets.US_ASCII));
                        return;
                    }
                    case "syslog" -> {
                        taken.add(data);
                        if (taken.size() >= cutAfter) {
                            cutAfter = Integer.MAX_VALUE;
                            return;
                        }
                        answers.add(answer(number, data.equals(refuse) ? "500 no" : "200 OK"));
                        if (!silent && answers.size() >= together || in.available() == 0 && !silent) {
                            for (byte[] each : answers) {
                                out.write(each);
                            }
                            answers.clear();
                        }
                    }
                    default -> throw new IllegalStateException(command);
                }
            }
        } catch (IOException _) {
            // The sender has gone.
        } catch (RuntimeException e) {
            troubles.add(e.toString());
        }
    }

    private static byte[] answer(int number, String text) {
        return new RelpFrame(number, "rsp", text.getBytes(StandardCharsets.UTF_8)).bytes();
    }

    private static String until(InputStream in, char end) throws IOException {
        StringBuilder word = new StringBuilder();
        for (int c = in.read(); c != end; c = in.read()) {
            if (c < 0) {
                throw new IOException("end");
            }
            word.append((char) c);
        }
        return word.toString();
    }

    private static String data(InputStream in) throws IOException {
        StringBuilder digits = new StringBuilder();
        int c = in.read();
        for (; Character.isDigit(c); c = in.read()) {
            digits.append((char) c);
        }
        int length = Integer.parseInt(digits.toString());
        if (length == 0) {
            if (c != '\n') {
                throw new IllegalStateException("a frame without data ends with its length");
            }
            return "";
        }
        String text = new String(in.readNBytes(length), StandardCharsets.UTF_8);
        if (c != ' ' || in.read() != '\n') {
            throw new IllegalStateException("a frame ends with a line feed");
        }
        return text;
    }

    void cut() throws IOException {
        for (Socket socket : open) {
            socket.close();
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        cut();
    }
}
