package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Connectors over a bad API that are killed, paused for three leases, and whose store dies: every event of the ledger is
 * in the file, once. One seed is one round of a few seconds; the processes live through all of them.
 */
class ConnectorTortureTest {
    private static final int SEEDS = Integer.getInteger("tocsin.seeds", 20);
    private static final long FIRST = Long.getLong("tocsin.seed", 1);
    private static final int LEASE_MILLIS = 1_000;
    private static final Duration HEAL = Duration.ofMinutes(2);
    private static final Map<String, String> GOOD = Map.ofEntries(Map.entry("server_error", "0"),
            Map.entry("rate_limited", "0"), Map.entry("timeout", "0"), Map.entry("truncated", "0"),
            Map.entry("cut_off", "0"), Map.entry("repeated", "0"), Map.entry("next_missing", "0"),
            Map.entry("next_loops", "0"), Map.entry("latency_max", "0ms"), Map.entry("latency_min", "0ms"),
            Map.entry("token_uses", "0"));

    @TempDir
    Path directory;

    @ParameterizedTest
    @EnumSource(StateStore.Kind.class)
    void nothingIsLostAndNothingIsThereTwice(StateStore.Kind kind) throws Exception {
        Path file = directory.resolve("events.jsonl");
        try (EventApi api = new EventApi(FIRST, Duration.ofSeconds(30),
                Map.of("rate", "60", "visible_max", "1500ms", "late", "0.01", "late_min", "1s", "late_max", "6s"));
                StateStore store = new StateStore(directory, kind)) {
            List<ConnectorProcess> members = new ArrayList<>();
            try {
                for (int i = 0; i < 2; i++) {
                    members.add(new ConnectorProcess(directory, "connector" + i, yaml(api, store, file)));
                    members.getLast().start();
                }
                for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
                    round(seed, api, store, members);
                    int events = check(kind + ", seed " + seed, api, file, members);
                    System.out.println(kind + ", seed " + seed + ": " + events + " events, lost 0, doubled 0");
                }
            } finally {
                for (ConnectorProcess member : members) {
                    member.close();
                }
            }
        }
    }

    private static String yaml(EventApi api, StateStore store, Path file) {
        return """
                name: torture
                sources:
                  halo:
                    type: api
                    definition: halo
                    url: %s
                    auth: {type: oauth2, client_id: %s, client_secret: "${NOBODY:-%s}"}
                    start: 1h
                    poll: 300ms
                    timeout: 2s
                    settle: 500ms
                    overlap: 3s
                    sweep: {window: 20s, every: 1s}
                sinks:
                  file: {type: file, path: %s, format: original, rotate: 200KiB}
                dead: %s
                """.formatted(api.address, EventApi.KEY, EventApi.SECRET, file, file.resolveSibling("dead.jsonl"))
                + store.yaml(LEASE_MILLIS + "ms");
    }

    private static void round(long seed, EventApi api, StateStore store, List<ConnectorProcess> members)
            throws Exception {
        Random random = new Random(seed);
        api.turn(badDay(random));
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
            ConnectorProcess victim = leader(members, random);
            switch (random.nextInt(5)) {
                case 0, 1 -> {
                    victim.kill9();
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(2 * LEASE_MILLIS));
                    victim.start();
                }
                case 2, 3 -> {
                    victim.pause();
                    TimeUnit.MILLISECONDS.sleep(3L * LEASE_MILLIS);
                    victim.resume();
                }
                default -> {
                    store.kill9();
                    TimeUnit.MILLISECONDS.sleep(random.nextInt(2 * LEASE_MILLIS));
                    store.start();
                }
            }
        }
        api.turn(GOOD);
        for (ConnectorProcess member : members) {
            assertThat(member.isAlive()).as(member.console()).isTrue();
        }
    }

    /** One in four is any of them, so that standbys die, too. */
    private static ConnectorProcess leader(List<ConnectorProcess> members, Random random) throws InterruptedException {
        ConnectorProcess any = members.get(random.nextInt(members.size()));
        if (random.nextInt(4) > 0) {
            for (ConnectorProcess member : members) {
                if (member.leads()) {
                    return member;
                }
            }
        }
        return any;
    }

    private static Map<String, String> badDay(Random random) {
        Map<String, String> knobs = new HashMap<>(GOOD);
        String chance = "0." + (1 + random.nextInt(2));
        for (String knob : List.of("server_error", "rate_limited", "timeout", "truncated", "cut_off", "repeated",
                "next_missing", "next_loops")) {
            if (random.nextInt(3) == 0) {
                knobs.put(knob, chance);
            }
        }
        knobs.put("latency_max", random.nextInt(200) + "ms");
        if (random.nextInt(3) == 0) {
            knobs.put("token_uses", "" + (5 + random.nextInt(20)));
        }
        knobs.put("fraction_digits", List.of("3", "6").get(random.nextInt(2)));
        if (random.nextInt(3) == 0) {
            knobs.put("burst_every", "2s");
            knobs.put("burst_size", "300");
        } else {
            knobs.put("burst_every", "0s");
        }
        knobs.put("retry_wait", "300ms");
        return knobs;
    }

    private static int check(String what, EventApi api, Path file, List<ConnectorProcess> members) throws Exception {
        Set<String> ledger = api.ledger(Instant.now()).keySet();
        Instant deadline = Instant.now().plus(HEAL);
        List<String> ids = ids(file);
        while (!new HashSet<>(ids).containsAll(ledger) && Instant.now().isBefore(deadline)) {
            TimeUnit.MILLISECONDS.sleep(200);
            ids = ids(file);
        }
        Set<String> lost = new HashSet<>(ledger);
        lost.removeAll(new HashSet<>(ids));
        StringBuilder consoles = new StringBuilder();
        if (!lost.isEmpty()) {
            for (ConnectorProcess member : members) {
                String console = member.console();
                consoles.append('\n').append(console.substring(Math.max(0, console.length() - 6_000)));
            }
        }
        assertThat(lost).as(what + ": of " + ledger.size() + consoles).isEmpty();
        Set<String> seen = new HashSet<>();
        List<String> doubled = ids.stream().filter(id -> !seen.add(id)).toList();
        assertThat(doubled).as(what + ": of " + ids.size()).isEmpty();
        return ids.size();
    }

    private static List<String> ids(Path file) throws IOException {
        List<Path> files = new ArrayList<>();
        try (Stream<Path> all = Files.list(file.getParent())) {
            all.filter(f -> f.getFileName().toString().matches("events\\.jsonl(\\.\\d+)?")).forEach(files::add);
        }
        List<String> ids = new ArrayList<>();
        for (Path each : files) {
            for (String line : Files.readString(each).split("\n")) {
                // The last line may be in the middle of being written.
                if (line.endsWith("}")) {
                    ids.add(Json.read(line).path("id").asString());
                }
            }
        }
        return ids;
    }
}
