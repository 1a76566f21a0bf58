package dev.tocsin.source;

import dev.tocsin.source.RelpFraming.BrokenException;
import dev.tocsin.source.RelpFraming.RelpFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * One RELP session, the server's side (RELP specification by Rainer Gerhards, version 0). {@code open} brings offers and
 * is answered by ours; each {@code syslog} is answered {@code 200 OK} once the message is durable, in the order of the
 * frames and with as many under way as the sender likes, up to {@code window_max}; {@code close} ends the session after
 * all answers. The number of a frame is only echoed.
 *
 * <p>A frame that is understood but not wanted is answered 500. After bytes that are no frame nothing behind them can be
 * found, so the answer is 500, {@code serverclose}, and the end of the connection; a message in such a frame is kept as a
 * dead letter. What had not come to its end when a connection broke was not acknowledged and is not kept: it comes again.
 *
 * <p>The connection's thread reads; a second virtual thread waits for the log and is the only one that writes.
 */
final class RelpConnection {
    private static final int READ_BYTES_MIN = 4 * 1024;
    private static final int READ_BYTES_MAX = 256 * 1024;
    private static final String OFFERS = "200 OK\nrelp_version=0\nrelp_software=tocsin\ncommands=syslog";
    private static final CompletableFuture<Void> NOW = CompletableFuture.completedFuture(null);

    private final Socket socket;
    private final String peer;
    private final RelpSourceConfig config;
    private final RelpSource source;
    private final RelpFraming framing;
    private final SessionNames names;
    private final List<RelpFrame> messages = new ArrayList<>();
    /** Bounded by the window, and for other frames by their being few: each open, close or error ends something. */
    private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
    private final Semaphore window;
    private boolean isOpen;
    private boolean ended;

    /**
     * What to write when something is durable.
     *
     * @param messages how many it acknowledges
     * @param last nothing follows
     */
    private record Answer(CompletableFuture<Void> durable, byte[] bytes, int messages, Runnable sent, boolean last) {
    }

    RelpConnection(Socket socket, String peer, RelpSourceConfig config, RelpSource source) {
        this.socket = socket;
        this.peer = peer;
        this.config = config;
        this.source = source;
        framing = new RelpFraming((int) config.messageMax().bytes());
        names = source.names();
        window = new Semaphore(config.windowMax());
    }

    /** Reads until the session ends, and returns when all answers were sent or nobody wants them. */
    void serve() throws IOException {
        Thread writer = Thread.ofVirtual().name("relp-answers-" + peer).start(this::write);
        try {
            socket.setSoTimeout((int) Math.min(Integer.MAX_VALUE, config.idle().toMillis()));
            read(socket.getInputStream());
        } catch (SocketTimeoutException _) {
            serverClose();
        } finally {
            answers.add(new Answer(NOW, new byte[0], 0, RelpConnection::nothing, true));
            join(writer);
        }
    }

    private void read(InputStream in) throws IOException {
        byte[] buffer = new byte[READ_BYTES_MIN];
        for (int n = in.read(buffer); n >= 0 && !ended; n = ended ? -1 : in.read(buffer)) {
            try {
                framing.feed(buffer, n, this::take);
                takeMessages();
            } catch (BrokenException e) {
                takeMessages();
                end(e);
            }
            if (n == buffer.length && n < READ_BYTES_MAX) {
                buffer = new byte[n * 4];
            }
        }
    }

    /** Keeps a message whose frame is broken, answers, and closes. */
    private void end(BrokenException e) {
        ended = true;
        String why = String.valueOf(e.getMessage());
        source.tally().turnedAway("the RELP session of " + peer + " was ended: " + why);
        CompletableFuture<Void> kept = NOW;
        if (isOpen && e.message().length > 0) {
            kept = source.take(List.of(new Frame(e.message(), why)), names.name(List.of(e.message())), peer);
        }
        answer(kept, e.number(), "500 " + why);
        serverClose();
    }

    private void take(RelpFrame frame) {
        if (ended) {
            return;
        }
        if (frame.command().equals("syslog") && isOpen) {
            messages.add(frame);
            return;
        }
        takeMessages();
        switch (frame.command()) {
            case "open" -> open(frame);
            case "close" -> {
                answer(NOW, frame.number(), "");
                serverClose();
            }
            case "syslog" -> refuse(frame, "500 open comes first");
            default -> answer(NOW, frame.number(), "500 the command " + frame.command() + " is not known");
        }
    }

    private void open(RelpFrame frame) {
        List<String> offers = Arrays.asList(new String(frame.data(), StandardCharsets.UTF_8).split("\r?\n"));
        boolean syslog = offers.stream().filter(o -> o.startsWith("commands="))
                .anyMatch(o -> Arrays.asList(o.substring("commands=".length()).split(",")).contains("syslog"));
        if (isOpen) {
            refuse(frame, "500 the session is open already");
        } else if (offers.stream().noneMatch(o -> o.startsWith("relp_version="))) {
            refuse(frame, "500 the offer relp_version is missing");
        } else if (!syslog) {
            refuse(frame, "500 the command syslog must be offered");
        } else {
            isOpen = true;
            answer(NOW, frame.number(), OFFERS);
        }
    }

    private void refuse(RelpFrame frame, String why) {
        source.tally().turnedAway("the RELP session of " + peer + " was ended: " + why.substring(4));
        answer(NOW, frame.number(), why);
        serverClose();
    }

    private void serverClose() {
        ended = true;
        sayGoodBye();
    }

    /** Asks the sender to close the session, after the answers to what it has sent. Any thread may call it. */
    void sayGoodBye() {
        answers.add(new Answer(NOW, RelpFraming.write(0, "serverclose", ""), 0, RelpConnection::nothing, false));
    }

    private void answer(CompletableFuture<Void> durable, int number, String text) {
        answers.add(new Answer(durable, RelpFraming.write(number, "rsp", text), 0, RelpConnection::nothing, false));
    }

    /** Hands over what one read brought, or as much at a time as the window allows. */
    private void takeMessages() {
        for (int from = 0; from < messages.size(); from += config.windowMax()) {
            List<RelpFrame> part = messages.subList(from, Math.min(messages.size(), from + config.windowMax()));
            window.acquireUninterruptibly(part.size());
            ByteArrayOutputStream acks = new ByteArrayOutputStream(part.size() * 20);
            List<Frame> frames = new ArrayList<>(part.size());
            for (RelpFrame f : part) {
                frames.add(f.length() > f.data().length
                        ? Frame.tooLong(f.data(), f.length(), "message_max", config.messageMax().bytes())
                        : Frame.good(f.data()));
                acks.writeBytes(RelpFraming.write(f.number(), "rsp", "200 OK"));
            }
            Occurrences.Named named = names.name(part.stream().map(RelpFrame::data).toList());
            CompletableFuture<Void> durable = source.take(frames, named, peer);
            answers.add(new Answer(durable, acks.toByteArray(), part.size(), named.acknowledged(), false));
        }
        messages.clear();
    }

    private void write() {
        try {
            boolean more = true;
            while (more) {
                more = writeSome();
            }
            socket.shutdownOutput();
        } catch (IOException | CompletionException e) {
            // Nobody hears us, or the log was closed: without an answer the sender keeps what it has.
            closeQuietly();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            closeQuietly();
        } finally {
            // A reader that waits for the window must see that the socket is closed.
            window.release(Integer.MAX_VALUE / 2);
        }
    }

    /** One answer as soon as it is due, and those behind it that are due, too. */
    private boolean writeSome() throws IOException, InterruptedException {
        List<Answer> due = new ArrayList<>();
        Answer first = answers.take();
        first.durable.join();
        due.add(first);
        while (!due.getLast().last && isDue(answers.peek())) {
            due.add(answers.remove());
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        due.forEach(a -> bytes.writeBytes(a.bytes));
        socket.getOutputStream().write(bytes.toByteArray());
        due.forEach(a -> {
            window.release(a.messages);
            a.sent.run();
        });
        return !due.getLast().last;
    }

    private static boolean isDue(@Nullable Answer next) {
        return next != null && next.durable.isDone() && !next.durable.isCompletedExceptionally();
    }

    private void closeQuietly() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is gone.
        }
    }

    private static void join(Thread thread) {
        try {
            thread.join();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void nothing() {
        // Nothing is acknowledged by it.
    }
}
