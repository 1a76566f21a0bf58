package dev.tocsin.node.connector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.ByteSize;
import dev.tocsin.event.Event;
import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.event.LogSource;
import dev.tocsin.event.Origin;
import dev.tocsin.log.Commit;
import dev.tocsin.log.Output;
import dev.tocsin.log.Stage;
import dev.tocsin.log.State;
import dev.tocsin.process.ProcessConfig;
import dev.tocsin.sink.FileSink;
import dev.tocsin.sink.FileSinkConfig;
import dev.tocsin.sink.SinkFormat;
import dev.tocsin.sink.SinkStream;
import dev.tocsin.source.state.FencedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Connectors that die at any step and are followed by others, over a store, a file, an output that counts its own commits
 * and one that knows nothing. {@code -Dtocsin.seeds=N} for more worlds.
 */
class ConnectorSim {
    private static final int EVENTS = 400;
    @TempDir
    Path directory;

    /** Ends a connector in the middle, as kill -9 does. */
    private static final class Killed extends Error {
        private static final long serialVersionUID = 1;
    }

    /** Sometimes kills, sometimes is away. */
    private static final class Fate {
        private final Random random;
        private double deadly;

        Fate(long seed) {
            random = new Random(seed);
        }

        synchronized void strike() {
            if (random.nextDouble() < deadly) {
                throw new Killed();
            }
        }

        synchronized boolean isAway() {
            return random.nextDouble() < deadly;
        }

        synchronized int upTo(int bound) {
            return random.nextInt(bound);
        }
    }

    /** Sends, and nobody ever knows what arrived: as syslog does. */
    private static final class PlainOutput implements Stage {
        private final List<EventId> taken;
        private final Fate fate;
        /** Repeats of those who died before they could count them. */
        private final AtomicInteger untold;
        private final List<EventId> pending = new ArrayList<>();

        PlainOutput(List<EventId> taken, Fate fate, AtomicInteger untold) {
            this.untold = untold;
            this.taken = taken;
            this.fate = fate;
        }

        @Override
        public void assigned(int partition, State state) {
            pending.clear();
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) {
            events.forEach(e -> {
                pending.add(e.id());
                out.done(e);
            });
        }

        @Override
        public void flush(Commit commit) throws IOException {
            int again = 0;
            try {
                for (EventId id : pending) {
                    fate.strike();
                    again += taken.contains(id) ? 1 : 0;
                    taken.add(id);
                }
                pending.clear();
                fate.strike();
            } catch (Killed e) {
                untold.addAndGet(again);
                throw e;
            }
        }
    }

    /** Takes a batch and its number in one step, and tells the number to whoever comes next: as a transaction does. */
    private static final class CountingOutput implements Stage {
        private final Target target;
        private final Fate fate;
        private final List<EventId> pending = new ArrayList<>();

        private static final class Target {
            private final List<EventId> taken = new ArrayList<>();
            private Commit last = Commit.EMPTY;
        }

        CountingOutput(Target target, Fate fate) {
            this.target = target;
            this.fate = fate;
        }

        @Override
        public void assigned(int partition, State state) {
            pending.clear();
        }

        @Override
        public void handle(int partition, List<Event> events, Output out) {
            events.forEach(e -> {
                pending.add(e.id());
                out.done(e);
            });
        }

        @Override
        public void flush(Commit commit) throws IOException {
            fate.strike();
            if (fate.isAway()) {
                throw new IOException("away");
            }
            target.taken.addAll(pending);
            target.last = commit;
            pending.clear();
            fate.strike();
        }

        @Override
        public Commit recovered() {
            return target.last;
        }
    }

    @Test
    void nothingIsLostAndOnlyWhatCannotBeKnownIsSentAgain() throws Exception {
        int seeds = Integer.getInteger("tocsin.seeds", 10);
        for (long seed = 1; seed <= seeds; seed++) {
            run(seed);
        }
    }

    private void run(long seed) throws Exception {
        Fate fate = new Fate(seed);
        MemoryStore store = new MemoryStore();
        Path file = directory.resolve(seed + ".jsonl");
        List<EventId> plain = new ArrayList<>();
        AtomicInteger untold = new AtomicInteger();
        CountingOutput.Target counting = new CountingOutput.Target();
        OutputCounts plainCounts = new OutputCounts();
        boolean complete = false;
        for (int life = 0; !complete; life++) {
            fate.deadly = 0;
            ConnectorState state = ConnectorState.read(store.lead().document());
            List<OutputRun> outputs = List.of(
                    output("file", new FileSink(config(file), 1, "here", _ -> {
                    }), state, new OutputCounts()),
                    output("plain", new PlainOutput(plain, fate, untold), state, plainCounts),
                    output("counting", new CountingOutput(counting, fate), state, new OutputCounts()));
            OutputRun dead = output("dead", new PlainOutput(new ArrayList<>(), fate, new AtomicInteger()), state,
                    new OutputCounts());
            ConnectorTerm term = new ConnectorTerm(store.lead(), state, new Normaliser(ProcessConfig.DEFAULT), outputs,
                    dead);
            fate.deadly = life < 30 ? 0.01 : 0;
            store.disturb = fate::strike;
            try {
                complete = read(term, fate);
                term.close();
            } catch (Killed _) {
                complete = false;
            } catch (IllegalStateException e) {
                assertThat(e).hasRootCauseInstanceOf(Killed.class);
            } finally {
                // The system closes the files of who was killed.
                outputs.forEach(OutputRun::close);
            }
        }
        List<EventId> all = Stream.iterate(0, i -> i + 1).limit(EVENTS).map(ConnectorSim::id).toList();
        assertThat(idsIn(file)).as("file, seed " + seed).isEqualTo(all);
        assertThat(counting.taken).as("counting, seed " + seed).isEqualTo(all);
        Set<EventId> distinct = new HashSet<>(plain);
        assertThat(distinct).as("plain, seed " + seed).hasSize(EVENTS);
        assertThat(plain.size() - distinct.size() - untold.get()).as("repeats that were not counted, seed " + seed)
                .isLessThanOrEqualTo((int) plainCounts.redelivered());
    }

    /** Reads the simulated API from the cursor; true at its end. */
    private static boolean read(ConnectorTerm term, Fate fate) throws FencedException, InterruptedException {
        int at = term.cursor("api").isEmpty() ? 0 : Json.read(term.cursor("api")).path("at").asInt();
        while (at < EVENTS) {
            int end = Math.min(EVENTS, at + 1 + fate.upTo(20));
            List<Event> batch = new ArrayList<>();
            for (int i = at; i < end; i++) {
                batch.add(event(i));
            }
            at = end;
            term.append("api", batch, List.of(), Json.object().put("at", at).toString());
            if (fate.upTo(4) == 0) {
                try {
                    term.renew();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        }
        return true;
    }

    private static OutputRun output(String name, Stage stage, ConnectorState state, OutputCounts counts) {
        return new OutputRun(name, stage,
                new OutputMemory(state.outputs().getOrDefault(name, java.util.Map.of())), counts);
    }

    private static FileSinkConfig config(Path file) {
        return new FileSinkConfig(SinkStream.EVENTS, file, new ByteSize(30_000), 0, SinkFormat.JSON);
    }

    private static EventId id(int number) {
        return EventId.ofVendor("main", "api", "e" + number);
    }

    private static Event event(int number) {
        byte[] body = Json.write(Json.object().put("@timestamp", "2026-11-01T00:00:00Z")
                .set("event", Json.object().put("original", "{\"n\":" + number + "}")
                        .put("created", "2026-11-01T00:00:00Z")));
        return new Event(id(number), "main", "api", new Origin("site", "node", 1, number), "api",
                Instant.parse("2026-11-01T00:00:00Z"), "", LogSource.UNKNOWN, body);
    }

    private List<EventId> idsIn(Path file) throws IOException {
        List<EventId> ids = new ArrayList<>();
        for (int n = 1; Files.exists(Path.of(file + "." + n)); n++) {
            ids.addAll(idsOf(Path.of(file + "." + n)));
        }
        ids.addAll(idsOf(file));
        return ids;
    }

    private static List<EventId> idsOf(Path file) throws IOException {
        return Files.readAllLines(file, StandardCharsets.UTF_8).stream()
                .map(l -> EventId.parse(Json.read(l).at("/tocsin/id").asString())).toList();
    }
}
