package dev.tocsin.source.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.base.Endpoint;
import dev.tocsin.cli.SimulatorServer;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.simulate.Knob;
import dev.tocsin.simulate.Knobs;
import dev.tocsin.simulate.SimulatedClock;
import dev.tocsin.simulate.Simulator;
import dev.tocsin.source.ApiSourceConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Much, over real HTTP. {@code -Dtocsin.events=1000000} is the long form: the heap that is in use after a collection does
 * not grow with what was read.
 */
@Timeout(600)
class ApiPollerLongTest {
    private static final int EVENTS = Integer.getInteger("tocsin.events", 20_000);
    private static final long HEAP_GROWTH_MAX = 48L << 20;

    /** Keeps nothing but what it needs to judge. */
    private static final class Judge implements Delivery {
        private long events;
        private int cursorMax;
        private Instant last = Instant.MIN;
        private long unordered;
        private long heapEarly;
        private long heapMax;
        private long next = EVENTS / 10;

        @Override
        public void deliver(List<ApiEvent> batch, String cursor) {
            for (ApiEvent event : batch) {
                unordered += event.time().isBefore(last) ? 1 : 0;
                last = event.time();
            }
            events += batch.size();
            cursorMax = Math.max(cursorMax, cursor.length());
            if (events >= next) {
                next += EVENTS / 10;
                System.gc();
                long used = Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
                heapEarly = heapEarly == 0 ? used : heapEarly;
                heapMax = Math.max(heapMax, used);
            }
        }

        @Override
        public boolean isOver() {
            return false;
        }
    }

    @Test
    void aLongPastIsReadInOrderWithAFlatHeap() throws Exception {
        Knobs knobs = Knobs.usual().with(Knob.RATE, Double.toString(EVENTS / 3600.0))
                .with(Knob.EVENTS_MAX, Integer.toString(EVENTS)).with(Knob.PER_PAGE_MAX, "500");
        Simulator.Settings settings = new Simulator.Settings(7, "the-key", "the-secret", Duration.ofMinutes(70),
                SimulatedClock.real(InstantSource.system()));
        Judge judge = new Judge();
        ApiCounts counts = new ApiCounts();
        try (SimulatorServer server = new SimulatorServer(Endpoint.parse("127.0.0.1:0"), settings, knobs)) {
            ApiSourceConfig config = ConfigFile.parse("url: " + server.start() + "\ndefinition: halo\nper_page: 500\n"
                    + "start: 80m\nauth: {type: oauth2, client_id: the-key, client_secret: the-secret}\n", "long",
                    Path.of("").toAbsolutePath(), ApiSourceConfig.class, _ -> null).value().orElseThrow();
            try (ApiPoller poller = new ApiPoller("long", config, new RateBudgets(InstantSource.system()),
                    InstantSource.system(), counts)) {
                poller.run("", judge, true);
            }
        }
        assertThat(judge.events).isEqualTo(EVENTS).isEqualTo(counts.eventsNew.sum());
        assertThat(judge.unordered).isZero();
        assertThat(judge.cursorMax).isLessThan(700_000);
        assertThat(judge.heapMax - judge.heapEarly).isLessThan(HEAP_GROWTH_MAX);
    }
}
