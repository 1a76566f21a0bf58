package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Lines on standard output, written just before the commit. A terminal cannot be told to forget, so a line comes twice if
 * the process dies between the two; never not at all. If nobody reads (a broken pipe), alerts wait in the log.
 */
public final class StdoutSink implements Stage {
    private final OutputStream out;
    private final LineFormat format;
    private final SinkCounts counts;
    private final Sent sent;
    private final TreeMap<Integer, List<Line>> pending = new TreeMap<>();

    private record Line(EventId id, byte[] bytes) {
    }

    /**
     * @param out a stream that throws when it cannot write; not {@code System.out}, which does not
     * @param colour see {@link #colour}
     */
    public StdoutSink(OutputStream out, SinkFormat format, boolean colour, SinkCounts counts) {
        this.out = out;
        this.counts = counts;
        this.sent = new Sent(counts);
        this.format = LineFormat.of(format, colour);
    }

    /**
     * Whether to colour: on a terminal, unless the user said no (https://no-color.org).
     *
     * @param noColor the environment's {@code NO_COLOR}, or empty
     */
    public static boolean colour(boolean isTerminal, String noColor) {
        return isTerminal && noColor.isEmpty();
    }

    @Override
    public void assigned(int partition, State state) {
        sent.assigned();
        pending.remove(partition);
    }

    @Override
    public void revoked(int partition) {
        pending.remove(partition);
    }

    /** Whoever rewinds wants them again. */
    @Override
    public void rewound(int partition) {
        sent.forget();
    }

    @Override
    public void handle(int partition, List<Event> events, Output output) {
        sent.begin();
        List<Line> lines = pending.computeIfAbsent(partition, _ -> new ArrayList<>());
        for (Event event : events) {
            sent.take(event.id());
            lines.add(new Line(event.id(), format.line(event)));
            output.done(event);
        }
    }

    @Override
    public void flush(Commit commit) throws IOException {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        int number = 0;
        for (List<Line> lines : pending.values()) {
            for (Line line : lines) {
                text.writeBytes(line.bytes());
                text.write('\n');
                sent.trying(line.id());
                number++;
            }
        }
        try {
            text.writeTo(out);
            out.flush();
        } catch (IOException e) {
            sent.unanswered(number);
            throw e;
        }
        counts.written.add(number);
        pending.clear();
        sent.flushed();
    }
}
