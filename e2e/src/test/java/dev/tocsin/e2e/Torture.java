package dev.tocsin.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.event.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

/** What is done to processes that poll an API, from a seed, and how it is seen that nothing came of it. */
final class Torture {
    static final int SEEDS = Integer.getInteger("tocsin.torture", 20);
    static final long FIRST = Long.getLong("tocsin.seed", 1);
    static final int LEASE_MILLIS = 1_000;
    private static final Duration HEAL = Duration.ofMinutes(2);
    private static final Map<String, String> GOOD = Map.ofEntries(Map.entry("server_error", "0"),
            Map.entry("rate_limited", "0"), Map.entry("timeout", "0"), Map.entry("truncated", "0"),
            Map.entry("cut_off", "0"), Map.entry("repeated", "0"), Map.entry("next_missing", "0"),
            Map.entry("next_loops", "0"), Map.entry("latency_max", "0ms"), Map.entry("latency_min", "0ms"),
            Map.entry("token_uses", "0"));

    private Torture() {
    }

    /** Keeps the state; it may die, too. */
    interface Server {
        void start() throws IOException, InterruptedException;

        void kill9() throws InterruptedException;
    }

    /** An API with late and slowly visible events. */
    static EventApi api() throws IOException, InterruptedException {
        return new EventApi(FIRST, Duration.ofSeconds(30),
                Map.of("rate", "60", "visible_max", "1500ms", "late", "0.01", "late_min", "1s", "late_max", "6s"));
    }

    /** The settings of the source, indented by four. */
    static String source(EventApi api) {
        return """
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
                """.formatted(api.address, EventApi.KEY, EventApi.SECRET);
    }

    static void round(long seed, EventApi api, Server store, List<? extends Victim> members)
            throws Exception {
        Random random = new Random(seed);
        api.turn(badDay(random));
        for (int i = 0; i < 1 + random.nextInt(3); i++) {
            TimeUnit.MILLISECONDS.sleep(random.nextInt(1_500));
            Victim victim = leader(members, random);
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
        for (Victim member : members) {
            assertThat(member.isAlive()).as(member.console()).isTrue();
        }
    }

    /** One in four is any of them, so that standbys die, too. */
    private static Victim leader(List<? extends Victim> members, Random random) throws InterruptedException {
        Victim any = members.get(random.nextInt(members.size()));
        if (random.nextInt(4) > 0) {
            for (Victim member : members) {
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

    /** Where events come to; as many ids as there are events. */
    interface Output {
        List<String> ids() throws Exception;
    }

    static int check(String what, EventApi api, Output output, List<? extends Victim> members) throws Exception {
        Set<String> ledger = api.ledger(Instant.now()).keySet();
        assertThat(ledger).as(what + ": nothing was there to collect").isNotEmpty();
        Instant deadline = Instant.now().plus(HEAL);
        List<String> ids = output.ids();
        while (!new HashSet<>(ids).containsAll(ledger) && Instant.now().isBefore(deadline)) {
            TimeUnit.MILLISECONDS.sleep(200);
            ids = output.ids();
        }
        Set<String> lost = new HashSet<>(ledger);
        lost.removeAll(new HashSet<>(ids));
        StringBuilder consoles = new StringBuilder();
        if (!lost.isEmpty()) {
            for (Victim member : members) {
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

    /** In a file and those that it was rotated into; read again when they were moved meanwhile. */
    static List<String> ids(Path file) throws IOException {
        while (true) {
            try {
                Map<Path, Object> before = family(file);
                List<String> ids = ids(before.keySet());
                if (family(file).equals(before)) {
                    return ids;
                }
            } catch (NoSuchFileException _) {
                // Moved between being listed and being read.
            }
        }
    }

    private static Map<Path, Object> family(Path file) throws IOException {
        Map<Path, Object> files = new HashMap<>();
        try (Stream<Path> all = Files.list(file.getParent())) {
            for (Path each : all.toList()) {
                if (each.getFileName().toString().matches("events\\.jsonl(\\.\\d+)?")) {
                    files.put(each, Files.getAttribute(each, "unix:ino"));
                }
            }
        }
        return files;
    }

    private static List<String> ids(Set<Path> files) throws IOException {
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
