package dev.tocsin.source.api;

import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Outcome;
import dev.tocsin.event.Json;
import dev.tocsin.simulate.ApiAnswer;
import dev.tocsin.simulate.ApiRequest;
import dev.tocsin.simulate.Knob;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.simulate.Simulator;
import dev.tocsin.source.ApiSourceConfig;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** A simulated vendor on a virtual clock, asked without a network; whoever waits moves the clock instead. */
final class SimulatedApi implements Transport {
    static final Instant START = Instant.parse("2026-03-01T12:00:00Z");

    final SimulatedClock clock = SimulatedClock.virtual(START);
    final Simulator simulator;
    final ApiCounts counts = new ApiCounts();
    /** Everything that was asked, with its headers, as it went out. */
    final List<Ask> asked = Collections.synchronizedList(new ArrayList<>());
    private final Random random;
    private final Duration skewHere;
    private volatile Duration latency = Duration.ofMillis(5);
    private volatile UnaryOperator<Answer> distortion = UnaryOperator.identity();

    SimulatedApi(long seed, Duration history, Duration skewHere, String... knobs) {
        Knobs turned = Knobs.usual();
        for (int i = 0; i < knobs.length; i += 2) {
            turned = turned.with(Knob.valueOf(knobs[i].toUpperCase(Locale.ROOT)), knobs[i + 1]);
        }
        simulator = new Simulator(new Simulator.Settings(seed, "key-of-the-test", "secret-of-the-test", history, clock),
                turned, clock::advance);
        simulator.reachedAt("http://elsewhere.example");
        random = new Random(seed);
        this.skewHere = skewHere;
    }

    static SimulatedApi of(long seed, String... knobs) {
        return new SimulatedApi(seed, Duration.ofMinutes(10), Duration.ZERO, knobs);
    }

    void latency(Duration each) {
        latency = each;
    }

    /** Changes answers before they arrive. */
    void distort(UnaryOperator<Answer> how) {
        distortion = how;
    }

    /** @param more further lines of YAML */
    static ApiSourceConfig config(String definition, String more) {
        return parsed("definition: " + definition + "\n" + more);
    }

    static ApiSourceConfig parsed(String yaml) {
        Outcome<ApiSourceConfig> outcome = ConfigFile.parse(
                "url: http://sim.example\nauth: {type: oauth2, client_id: key-of-the-test, client_secret: secret-of-the-test}\n"
                        + yaml,
                "test.yaml", Path.of("").toAbsolutePath(), ApiSourceConfig.class, _ -> null);
        return outcome.value().orElseThrow(() -> new AssertionError(outcome.problems()));
    }

    ApiPoller poller(ApiSourceConfig config) {
        java.time.InstantSource here = () -> clock.now().plus(skewHere);
        return new ApiPoller("sim", config, new RateBudgets(here), here, counts, this, Optional.of(clock::advance),
                random);
    }

    @Override
    public Answer send(Ask ask) throws IOException, InterruptedException {
        asked.add(ask);
        clock.advance(latency);
        ApiAnswer answer = simulator.answer(new ApiRequest(ask.method(), ask.uri().getPath(),
                Optional.ofNullable(ask.uri().getRawQuery()).orElse(""),
                ask.headers().getOrDefault("Authorization", ""), ask.body()));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        answer.body().writeTo(body);
        Map<String, String> headers = new TreeMap<>();
        answer.headers().forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
        return distortion.apply(new Answer(answer.status(), headers, body.toByteArray()));
    }

    @Override
    public void close() {
        // Nothing is open.
    }

    /** Turns knobs as an administrator does. */
    void turn(String json) throws InterruptedException {
        int status = simulator
                .answer(new ApiRequest("POST", "/admin/knobs", "", "", json.getBytes(StandardCharsets.UTF_8)))
                .status();
        if (status != 200) {
            throw new AssertionError(status + " for " + json);
        }
    }

    /** Of every event that was ever visible, by id: when it was made and when it was to be seen. */
    Map<String, Truth> ledger() throws InterruptedException, IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        simulator.answer(new ApiRequest("GET", "/admin/ledger", "", "", new byte[0])).body().writeTo(out);
        Map<String, Truth> ledger = new LinkedHashMap<>();
        out.toString(StandardCharsets.UTF_8).lines().map(Json::read)
                .forEach(e -> ledger.put(e.path("id").asString(),
                        new Truth(Instant.parse(e.path("created_at").asString()),
                                Instant.parse(e.path("visible_at").asString()))));
        return ledger;
    }

    /** What the vendor knows of an event. */
    record Truth(Instant created, Instant visible) {
    }
}
