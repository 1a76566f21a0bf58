package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.Event;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Events;
import dev.tocsin.log.FakeOutput;
import dev.tocsin.log.FakeState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that writes numbered lines to a file and says after each commit how far it is and what its state holds. */
final class FileTakeOverChild {
    /** Where the state holds how far the file is written. */
    static final String MARK = "file/here";

    private FileTakeOverChild() {
    }

    static FileSink sink(Path path, long epoch) {
        return FileSink.exclusive(new FileSinkConfig(SinkStream.ALERTS, path, new ByteSize(3000), 0, SinkFormat.JSON),
                1,
                "here", epoch, problem -> {
                    throw new IllegalStateException(problem.toString());
                });
    }

    static void write(FileSink sink, int from, int to) throws IOException {
        List<Event> events = new ArrayList<>();
        for (int n = from; n < to; n++) {
            events.add(Events.event(n, "{\"n\":" + n + "}"));
        }
        sink.handle(0, events, new FakeOutput());
        sink.flush(Commit.NONE);
    }

    /** What lets a paused predecessor go on. */
    interface Waking {
        void wake() throws Exception;
    }

    /** Its predecessor may have been paused in the middle of a step; then it must go on first. */
    static void takeUp(FileSink sink, FakeState state, Waking predecessor) throws Exception {
        while (true) {
            try {
                sink.assigned(0, state);
                return;
            } catch (UncheckedIOException e) {
                if (!String.valueOf(e.getMessage()).contains("was paused while it did")) {
                    throw e;
                }
                predecessor.wake();
            }
        }
    }

    public static void main(String[] args) throws Exception {
        FakeState state = new FakeState();
        int next = Integer.parseInt(args[2]);
        if (args.length > 3) {
            state.put(MARK, args[3].getBytes(StandardCharsets.UTF_8));
        }
        try (FileSink sink = sink(Path.of(args[0]), Long.parseLong(args[1]))) {
            takeUp(sink, state, () -> System.out.println("waiting"));
            while (true) {
                write(sink, next, next + 3);
                next += 3;
                System.out.println(next + " " + new String(state.entries().get(MARK),
                        StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            System.out.println("refused " + e.getMessage());
        }
    }
}
