package dev.tocsin.bench;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.SimulatorServer;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.simulate.Knob;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.simulate.Simulator;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.api.ApiCounts;
import dev.tocsin.source.api.ApiEvent;
import dev.tocsin.source.api.ApiPoller;
import dev.tocsin.source.api.Delivery;
import dev.tocsin.source.api.RateBudgets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Pages of an API that takes 100 ms for an answer, ten in flight against one after the other: real HTTP on loopback, the
 * same events, in turn, median of five. Arguments: events of a run (20000), runs (5), definitions
 * (halo,example-cursor).
 */
public final class ApiBench {
    private static final String KEY = "bench-key";
    private static final String SECRET = "bench-secret";

    private ApiBench() {
    }

    /** What a run took and delivered. */
    private record Run(double seconds, long events, long pages, boolean ordered) {
    }

    private static final class Sink implements Delivery {
        private long events;
        private Instant last = Instant.MIN;
        private boolean ordered = true;

        @Override
        public void deliver(List<ApiEvent> batch, String cursor) {
            for (ApiEvent event : batch) {
                ordered &= !event.time().isBefore(last);
                last = event.time();
            }
            events += batch.size();
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }

    public static void main(String[] args) throws Exception {
        int events = args.length > 0 ? Integer.parseInt(args[0]) : 20_000;
        int runs = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Knobs knobs = Knobs.usual().with(Knob.RATE, Double.toString(events / 3600.0))
                .with(Knob.EVENTS_MAX, Integer.toString(events)).with(Knob.LATENCY_MIN, "100ms")
                .with(Knob.LATENCY_MAX, "100ms").with(Knob.PER_PAGE_MAX, "100");
        Simulator.Settings settings = new Simulator.Settings(7, KEY, SECRET, Duration.ofMinutes(61),
                SimulatedClock.real(InstantSource.system()));
        try (SimulatorServer server = new SimulatorServer(Endpoint.parse("127.0.0.1:0"), settings, knobs)) {
            String url = server.start();
            for (String definition : List
                    .of(args.length > 2 ? args[2].split(",") : new String[]{"halo", "example-cursor"})) {
                measure(url, definition, runs);
            }
        }
    }

    private static void measure(String url, String definition, int runs) throws Exception {
        List<Double> one = new ArrayList<>();
        List<Double> ten = new ArrayList<>();
        Run last = run(url, definition, 10);
        for (int i = 0; i < runs; i++) {
            one.add(run(url, definition, 1).seconds);
            last = run(url, definition, 10);
            ten.add(last.seconds);
        }
        one.sort(null);
        ten.sort(null);
        double sequential = one.get(runs / 2);
        double parallel = ten.get(runs / 2);
        System.out.printf(Locale.ROOT,
                "%-15s %6d events, 100 ms a page: one at a time %6.2f s (%.0f/s), ten in flight %5.2f s (%.0f/s, %d pages,"
                        + " in order: %s), ratio %.1f, range %.1f-%.1f%n",
                definition, last.events, sequential, last.events / sequential, parallel, last.events / parallel,
                last.pages, last.ordered, sequential / parallel, one.getFirst() / ten.getLast(),
                one.getLast() / ten.getFirst());
    }

    private static Run run(String url, String definition, int inFlight) throws Exception {
        ApiSourceConfig config = ConfigFile
                .parse("url: " + url + "\ndefinition: " + definition + "\nin_flight: " + inFlight
                        + "\nstart: 62m\nsweep: {window: 0}\nauth: {type: oauth2, client_id: " + KEY
                        + ", client_secret: " + SECRET
                        + "}\n", "bench", Path.of("").toAbsolutePath(), ApiSourceConfig.class, _ -> null)
                .value().orElseThrow();
        ApiCounts counts = new ApiCounts();
        Sink sink = new Sink();
        long start = System.nanoTime();
        try (ApiPoller poller = new ApiPoller("bench", config, new RateBudgets(InstantSource.system()),
                InstantSource.system(), counts)) {
            poller.run("", sink, true);
        }
        return new Run((System.nanoTime() - start) / 1e9, sink.events, counts.pages.sum(), sink.ordered);
    }
}
