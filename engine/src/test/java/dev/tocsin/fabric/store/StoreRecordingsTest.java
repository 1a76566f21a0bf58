package dev.tocsin.fabric.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.tocsin.fabric.data.Value;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same operations as on a real Broker give the same, field by field, but where it is wrong and we say so. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StoreRecordingsTest {
    /** By number of the operation within its 62: what we do instead, and why. */
    private static final Map<Integer, String> DIFFERENT = Map.of( //
            6, "a count below 0 wraps to 2^64-93; we refuse with overflow, and it stays 7", //
            7,
            "it shows what the wrapped one has become; the increment by an integer is ignored there, type_clash here");
    /** Those that the real one ignores without a word, and we refuse, with the value unchanged in both. */
    private static final Map<Integer, StoreFault> REFUSED = Map.of( //
            6, StoreFault.OVERFLOW, 7, StoreFault.TYPE_CLASH, 9, StoreFault.NO_SUCH_KEY, 22, StoreFault.TYPE_CLASH, 50,
            StoreFault.EMPTY);

    @TempDir
    private Path directory;

    private final ManualClock clock = new ManualClock(1_000_000);

    List<Entries> backends() {
        return List.of(new MemoryEntries(), SqliteEntries.open(directory.resolve(UUID.randomUUID() + ".db"),
                SqliteEntries.Durability.FULL));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void operationsGiveWhatBrokerGave(Entries entries) throws IOException {
        Optional<Path> file = Recordings.file("broker/store-ops-memory.json");
        assumeTrue(file.isPresent(), "no shared/broker-transcripts above the working directory");
        List<JsonNode> steps = Recordings.steps(Files.readAllBytes(file.get()));
        assertThat(steps).hasSize(124);
        StoreTable table = new StoreTable(entries, clock, StoreLimits.DEFAULT, "master");
        List<String> wrong = new ArrayList<>();
        Set<Integer> differed = new TreeSet<>();
        for (int i = 0; i < steps.size(); i++) {
            JsonNode step = steps.get(i);
            Outcome outcome = run(table, step);
            assertThat(outcome.fault).as("step %s %s", i, step).isEqualTo(REFUSED.get(i % 62));
            if (!outcome.result.equals(step.path("result").toString())) {
                differed.add(i % 62);
                if (!DIFFERENT.containsKey(i % 62)) {
                    wrong.add(step + " gave " + outcome.result);
                }
            }
        }
        assertThat(wrong).isEmpty();
        assertThat(differed).isEqualTo(new TreeSet<>(DIFFERENT.keySet()));
        entries.close();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void operationsGiveWhatOurVectorsSay(Entries entries) throws IOException {
        StoreTable table = new StoreTable(entries, clock, StoreLimits.DEFAULT, "master");
        for (JsonNode step : Recordings.own("operations.json")) {
            Operation operation = Recordings.operation(step.path("op").asString(), arguments(step));
            String got;
            try {
                Value value = operation instanceof Mutation m
                        ? table.apply(m, "test").value()
                        : table.query((Query) operation, clock.millis());
                table.commit(Map.of(), Entries.Place.START);
                got = value.toString();
            } catch (StoreException e) {
                table.rollback();
                got = e.fault().text();
            }
            String wanted = step.has("error")
                    ? step.path("error").asString()
                    : Recordings.value(step.path("ok")).toString();
            assertThat(got).as(step.toString()).isEqualTo(wanted);
        }
        entries.close();
    }

    private record Outcome(String result, StoreFault fault) {
    }

    /** The result of a query, or what is there after a mutation, as the recording has it. */
    private Outcome run(StoreTable table, JsonNode step) {
        List<Value> args = arguments(step);
        Operation operation = Recordings.operation(step.path("op").asString(), args);
        if (operation instanceof Query query) {
            return new Outcome(asked(table, query, "%s"), null);
        }
        Mutation mutation = (Mutation) operation;
        StoreFault fault = null;
        Value value = Value.NONE;
        try {
            value = table.apply(mutation, "test").value();
            table.commit(Map.of(), Entries.Place.START);
        } catch (StoreException e) {
            table.rollback();
            fault = e.fault();
        }
        String result = switch (mutation.kind()) {
            case PUT_UNIQUE -> "{\"ok\":" + json(value) + "}";
            case CLEAR -> asked(table, Query.keys(), "{\"keys_after\":%s}");
            default -> asked(table, Query.get(args.get(0)), "{\"value_after\":%s}");
        };
        return new Outcome(result, fault);
    }

    private String asked(StoreTable table, Query query, String form) {
        try {
            return form.formatted("{\"ok\":" + json(table.query(query, clock.millis())) + "}");
        } catch (StoreException e) {
            return form.formatted("{\"error\":\"" + e.fault().text() + "\"}");
        }
    }

    private static String json(Value value) {
        return Recordings.normal(value);
    }

    private static List<Value> arguments(JsonNode step) {
        List<Value> args = new ArrayList<>();
        step.path("args").forEach(a -> args.add(Recordings.value(a)));
        return args;
    }

    @Test
    void keysExpireWhenBrokersDidButWhatKeepsItsExpiryOnPurpose() throws IOException {
        Optional<Path> file = Recordings.file("broker/store-expiry-memory.json");
        assumeTrue(file.isPresent(), "no shared/broker-transcripts above the working directory");
        int looked = 0;
        Set<String> differed = new TreeSet<>();
        StoreTable table = new StoreTable(new MemoryEntries(), clock, StoreLimits.DEFAULT, "master");
        String at = "";
        long started = 0;
        for (JsonNode step : Recordings.steps(Files.readAllBytes(file.get()))) {
            if (!step.path("at").asString().equals(at)) {
                at = step.path("at").asString();
                started = clock.millis() + 100_000;
                table = new StoreTable(new MemoryEntries(), clock, StoreLimits.DEFAULT, "master");
            }
            clock.set(started + step.path("t_ms").asLong());
            if (step.has("do")) {
                act(table, step.path("do").asString());
                continue;
            }
            boolean was = step.path("result").path("ok").path("data").asBoolean();
            Query query = Query.exists(Value.of(step.path("exists").asString()));
            // The real one looks every 100 ms, and its machine was busy: what is due just before may still be there.
            boolean now = ((Value.Bool) table.query(query, clock.millis())).value();
            boolean before = ((Value.Bool) table.query(query, clock.millis() - 150)).value();
            looked++;
            if (was != now && was != before) {
                differed.add(step.path("exists").asString());
            }
        }
        assertThat(looked).isEqualTo(50);
        assertThat(differed).as("an increment without expiry makes Broker's key permanent; ours keeps its span")
                .containsExactly("e");
    }

    private void act(StoreTable table, String what) {
        if (what.startsWith("put a=1")) {
            for (String key : List.of("a", "b", "c", "d", "e")) {
                table.apply(put(key, 1, 1000), "test");
            }
            table.apply(Mutation.putUnique(Value.of("f"), Value.count(1)).with(Expiry.after(Duration.ofSeconds(1))),
                    "test");
            table.apply(put("g", 1, 0), "test");
        } else if (what.startsWith("at ~600ms")) {
            table.apply(put("b", 2, 1000), "test");
            table.apply(put("c", 2, 0), "test");
            table.apply(increment("d").with(Expiry.after(Duration.ofSeconds(1))), "test");
            table.apply(increment("e"), "test");
            table.apply(increment("g").with(Expiry.after(Duration.ofMillis(500))), "test");
        } else if (what.startsWith("erase c")) {
            table.apply(Mutation.erase(Value.of("c")), "test");
            table.apply(put("c", 9, 300), "test");
            table.apply(Mutation.erase(Value.of("c")), "test");
            table.apply(put("c", 10, 0), "test");
        } else if (what.startsWith("put z")) {
            table.apply(put("z", 1, 300), "test");
            table.apply(Mutation.clear(), "test");
            table.apply(put("z", 1, 0), "test");
        } else {
            assertThat(what).startsWith("~");
        }
        table.commit(Map.of(), Entries.Place.START);
    }

    private static Mutation put(String key, long value, long millis) {
        Mutation put = Mutation.put(Value.of(key), Value.count(value));
        return millis == 0 ? put : put.with(Expiry.after(Duration.ofMillis(millis)));
    }

    private static Mutation increment(String key) {
        return Mutation.increment(Value.of(key), Value.count(1));
    }
}
