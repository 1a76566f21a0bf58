package dev.tocsin.source;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A RELP client for tests that reads answers byte by byte as the specification has them, and takes nothing else. */
final class RelpClient implements AutoCloseable {
    private final Socket socket;
    private final InputStream in;
    private int number;

    /** An answer of the server. */
    record Answer(int number, String command, String data) {
    }

    RelpClient(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        in = new BufferedInputStream(socket.getInputStream());
    }

    static RelpClient open(int port) throws IOException {
        RelpClient client = new RelpClient(new Socket("127.0.0.1", port));
        client.open();
        return client;
    }

    Answer open() throws IOException {
        send("open", "relp_version=0\nrelp_software=strict,1,http://localhost\ncommands=syslog");
        return answer();
    }

    /** @return the number of the frame */
    int send(String command, String data) throws IOException {
        number++;
        byte[] bytes = data.getBytes(StandardCharsets.UTF_8);
        raw(number + " " + command + " " + bytes.length + (bytes.length == 0 ? "" : " ") + data + "\n");
        return number;
    }

    void raw(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().flush();
    }

    Answer answer() throws IOException {
        String txnr = until(' ');
        String command = until(' ');
        StringBuilder length = new StringBuilder();
        int b = read();
        while (b >= '0' && b <= '9') {
            length.append((char) b);
            b = read();
        }
        int n = Integer.parseInt(length.toString());
        if (n == 0) {
            expect(b, '\n');
            return new Answer(Integer.parseInt(txnr), command, "");
        }
        expect(b, ' ');
        String data = new String(in.readNBytes(n), StandardCharsets.UTF_8);
        expect(read(), '\n');
        return new Answer(Integer.parseInt(txnr), command, data);
    }

    private String until(char end) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int b = read(); b != end; b = read()) {
            if (b <= ' ') {
                throw new IOException("unexpected byte " + b + " after " + out);
            }
            out.write(b);
        }
        return out.toString(StandardCharsets.US_ASCII);
    }

    private static void expect(int is, char wanted) throws IOException {
        if (is != wanted) {
            throw new IOException("byte " + is + " instead of " + (int) wanted);
        }
    }

    private int read() throws IOException {
        int b = in.read();
        if (b < 0) {
            throw new EOFException();
        }
        return b;
    }

    /** Whether the server has closed the connection and nothing more comes. */
    boolean isAtEnd() throws IOException {
        return in.read() < 0;
    }

    boolean hasAnswer() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
