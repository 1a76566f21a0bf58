package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.source.ApiSourceConfig;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A vendor with everything wrong with it that there is, and a poller that dies again and again: nothing is lost, and
 * nothing accepted twice. {@code -Dtocsin.seeds=1000} runs more.
 */
@Timeout(300)
class ApiPollerSim {
    private static final List<String> DEFINITIONS = List.of("halo", "example-page", "example-offset", "example-cursor",
            "example-link", "example-next", "example-window", "example-expression");

    static Stream<Integer> seeds() {
        String given = System.getProperty("tocsin.seed", "");
        return given.isEmpty()
                ? IntStream.rangeClosed(1, Integer.getInteger("tocsin.seeds", 20)).boxed()
                : Stream.of(Integer.parseInt(given));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void nothingIsLostAndNothingAcceptedTwice(int seed) throws Exception {
        Random draw = new Random(seed);
        String definition = DEFINITIONS.get(seed % DEFINITIONS.size());
        List<String> knobs = knobs(draw, definition);
        Duration skew = Duration.ofMillis(draw.nextInt(-100_000, 100_000));
        SimulatedApi api = new SimulatedApi(seed, Duration.ofSeconds(draw.nextInt(300)), skew,
                knobs.toArray(String[]::new));
        String yaml = "start: beginning\npoll: " + draw.nextInt(1, 20) + "s\nin_flight: " + draw.nextInt(1, 12)
                + "\noverlap: 20s\nsettle: " + draw.nextInt(3) + "s\nsweep: {window: 20m, every: "
                + draw.nextInt(20, 120)
                + "s}\nper_page: " + draw.nextInt(20, 300) + "\nrate: " + (draw.nextBoolean() ? 0 : 20) + "\n";
        ApiSourceConfig config = SimulatedApi.config(definition, yaml);
        Instant end = SimulatedApi.START.plusSeconds(1200);
        Taken taken = new Taken().crashing(0.05, seed).until(() -> api.clock.now().isAfter(end));
        while (api.clock.now().isBefore(end)) {
            run(api, config, taken, false);
        }
        Taken rest = taken.until(() -> false).crashing(0, 0);
        api.turn("{\"rate\": 0, \"burst_every\": \"0\"}");
        // Longer than anything is late, and than a sweep is far.
        api.clock.advance(Duration.ofMinutes(6));
        run(api, config, rest, true);

        Map<String, SimulatedApi.Truth> ledger = api.ledger();
        var lost = new TreeSet<>(ledger.keySet());
        lost.removeAll(taken.times.keySet());
        var invented = new TreeSet<>(taken.times.keySet());
        invented.removeAll(ledger.keySet());
        String setting = "seed " + seed + " " + definition + " " + knobs + " " + yaml.replace('\n', ' ');
        assertThat(lost.stream().limit(5).map(id -> id + " " + ledger.get(id)).toList()).as("lost " + lost.size()
                + " of " + ledger.size() + " " + setting).isEmpty();
        assertThat(taken.repeats()).as("twice " + setting).isEmpty();
        assertThat(invented).as("invented " + setting).isEmpty();
    }

    private static void run(SimulatedApi api, ApiSourceConfig config, Taken taken, boolean once) throws Exception {
        try (ApiPoller poller = api.poller(config)) {
            poller.run(taken.cursor, taken, once);
        } catch (Taken.Crash e) {
            // Goes on from the last cursor that was accepted.
        }
    }

    private static List<String> knobs(Random draw, String definition) {
        List<String> knobs = new ArrayList<>();
        knobs.addAll(List.of("rate", Integer.toString(draw.nextInt(2, 12)), "events_max",
                Integer.toString(draw.nextInt(500, 5000))));
        knobs.addAll(List.of("fraction_digits", List.of("0", "3", "6").get(draw.nextInt(3))));
        if (draw.nextBoolean()) {
            knobs.addAll(List.of("visible_max", draw.nextInt(1, 15) + "s"));
        }
        if (draw.nextBoolean()) {
            knobs.addAll(List.of("late", "0.03", "late_max", draw.nextInt(20, 300) + "s"));
        }
        boolean halo = definition.equals("halo");
        int perPageMax = draw.nextInt(7, 120);
        if (draw.nextBoolean()) {
            knobs.addAll(List.of("burst_every", draw.nextInt(10, 60) + "s", "burst_size",
                    Integer.toString(draw.nextInt(50, 300))));
            // Only the split filter reads an instant that is above the cap.
            knobs.addAll(List.of("per_page_max", Integer.toString(halo ? perPageMax : Math.max(perPageMax, 20))));
            knobs.addAll(List.of("pages_max", halo && draw.nextBoolean() ? "8" : "50"));
        } else {
            knobs.addAll(List.of("per_page_max", Integer.toString(perPageMax), "pages_max",
                    Integer.toString(draw.nextInt(4, 50))));
        }
        knobs.addAll(List.of("window_max", "1000"));
        for (String chance : List.of("rate_limited", "server_error", "forbidden", "timeout", "truncated", "cut_off",
                "repeated", "next_missing", "next_loops")) {
            if (draw.nextBoolean()) {
                knobs.addAll(List.of(chance, Double.toString(draw.nextInt(1, 10) / 100.0)));
            }
        }
        knobs.addAll(List.of("retry_after", "mixed", "hold", "5s"));
        if (draw.nextBoolean()) {
            knobs.addAll(List.of("token_life", draw.nextInt(5, 60) + "s"));
        }
        if (draw.nextBoolean()) {
            knobs.addAll(List.of("token_uses", Integer.toString(draw.nextInt(5, 50))));
        }
        knobs.addAll(List.of("clock_skew", (draw.nextBoolean() ? "-" : "") + draw.nextInt(0, 30) + "s"));
        knobs.addAll(List.of("until_inclusive", Boolean.toString(draw.nextBoolean())));
        return knobs;
    }
}
