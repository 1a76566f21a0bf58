package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.TreeMap;

/**
 * Lines on standard output, written just before the commit. A terminal cannot be told to forget, so a line comes twice if
 * the process dies between the two; never not at all. If nobody reads (a broken pipe), alerts wait in the log.
 */
public final class StdoutSink implements Stage {
    private final OutputStream out;
    private final LineFormat format;
    private final TreeMap<Integer, ByteArrayOutputStream> pending = new TreeMap<>();

    /**
     * @param out a stream that throws when it cannot write; not {@code System.out}, which does not
     * @param colour see {@link #colour}
     */
    public StdoutSink(OutputStream out, SinkFormat format, boolean colour) {
        this.out = out;
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
        pending.remove(partition);
    }

    @Override
    public void revoked(int partition) {
        pending.remove(partition);
    }

    @Override
    public void handle(int partition, List<Event> events, Output output) {
        ByteArrayOutputStream lines = pending.computeIfAbsent(partition, _ -> new ByteArrayOutputStream());
        for (Event event : events) {
            lines.writeBytes(format.line(event));
            lines.write('\n');
            output.done(event);
        }
    }

    @Override
    public void flush(Commit commit) throws IOException {
        for (ByteArrayOutputStream lines : pending.values()) {
            lines.writeTo(out);
        }
        out.flush();
        pending.clear();
    }
}
