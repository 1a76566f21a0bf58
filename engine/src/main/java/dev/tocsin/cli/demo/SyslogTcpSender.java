package dev.tocsin.cli.demo;

import dev.tocsin.base.Endpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Syslog over TCP in either framing of RFC 6587; connects anew after a failure. */
final class SyslogTcpSender implements Sender {
    private static final int CONNECT_MILLIS_MAX = 3_000;
    private final Endpoint to;
    private final boolean octetCounting;
    private volatile @Nullable Socket socket;

    SyslogTcpSender(Endpoint to, boolean octetCounting) {
        this.to = to;
        this.octetCounting = octetCounting;
    }

    @Override
    public void deliver(List<Message> batch) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (Message message : batch) {
            byte[] text = message.text().getBytes(StandardCharsets.UTF_8);
            if (octetCounting) {
                frames.writeBytes((text.length + " ").getBytes(StandardCharsets.US_ASCII));
                frames.writeBytes(text);
            } else {
                frames.writeBytes(text);
                frames.write('\n');
            }
        }
        try {
            Socket open = connected();
            open.getOutputStream().write(frames.toByteArray());
            open.getOutputStream().flush();
        } catch (IOException e) {
            close();
            throw new IOException("syslog tcp " + to + ": " + e.getMessage(), e);
        }
    }

    private Socket connected() throws IOException {
        Socket open = socket;
        if (open == null || open.isClosed()) {
            open = new Socket();
            open.connect(to.address(), CONNECT_MILLIS_MAX);
            open.setTcpNoDelay(true);
            socket = open;
        }
        return open;
    }

    @Override
    public void close() {
        Socket open = socket;
        socket = null;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // A socket that cannot be closed is no use to anybody, and we have let go of it.
            }
        }
    }
}
