package dev.tocsin.cli.demo;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;

/** One showing of the demo: plays the scenario into the node and narrates until it is told to stop or the story ends. */
final class Demo {
    private static final Duration TICK = Duration.ofMillis(500);
    /** How long the last alerts of a story told once may take. */
    private static final Duration OWED_MAX = Duration.ofSeconds(15);
    private final Scenario scenario;
    private final Player.Pace pace;
    private final Narrator narrator;
    private final InstantSource clock;
    private final Journal journal;
    private final CountDownLatch stop = new CountDownLatch(1);

    Demo(Scenario scenario, Player.Pace pace, Narrator narrator, InstantSource clock) {
        this.scenario = scenario;
        this.pace = pace;
        this.narrator = narrator;
        this.clock = clock;
        this.journal = new Journal(clock);
    }

    /** Ends the showing soon; any thread may call it. */
    void stop() {
        stop.countDown();
    }

    /**
     * Returns when stopped, or, when the story is told only once, when its alerts have come.
     *
     * @param sinceStart how long it took to get the node ready
     * @return whether every rule that a step names has fired; true when the showing was broken off
     */
    boolean play(DemoNode node, Duration sinceStart) throws Exception {
        long ready = System.nanoTime();
        narrator.ready(sinceStart, node.pageUrl(), scenario.story().title());
        Player player = new Player(scenario, node.targets(), pace, clock, new Stage());
        try (AutoCloseable alerts = node.onAlert(alert -> alert(alert, ready)); player) {
            player.start();
            boolean brokenOff = narrate(player, ready);
            player.close();
            narrator.end(progress(player.counts(), 0, ready), brokenOff ? List.of() : journal.owed());
            return brokenOff || journal.owed().isEmpty();
        }
    }

    /** Whether it was stopped before the end. */
    private boolean narrate(Player player, long ready) throws InterruptedException {
        Rate rate = new Rate();
        long endBy = Long.MAX_VALUE;
        while (!stop.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
            Counts.Snapshot counts = player.counts();
            narrator.progress(progress(counts, rate.update(counts.delivered()), ready));
            if (!pace.loop() && player.awaitStory(Duration.ZERO)) {
                endBy = Math.min(endBy, System.nanoTime() + OWED_MAX.toNanos());
                if (journal.owed().isEmpty() || System.nanoTime() > endBy) {
                    return false;
                }
            }
        }
        return true;
    }

    private Narrator.Progress progress(Counts.Snapshot counts, double perSecond, long ready) {
        return new Narrator.Progress(counts, perSecond, journal.alerts(), journal.rulesFired(), journal.told(),
                scenario.story().steps().size(), since(ready));
    }

    private void alert(JsonNode alert, long ready) {
        narrator.alert(journal.alert(alert), since(ready));
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    private final class Stage implements Player.Audience {
        @Override
        public void step(Story.Step step, String caption) {
            journal.step(step);
            narrator.step(step.number(), scenario.story().steps().size(), caption);
        }

        @Override
        public void trouble(String sentence) {
            narrator.trouble(sentence);
        }
    }

    /** Events per second, smoothed over a few ticks so that a person can read it. */
    private static final class Rate {
        private static final double WEIGHT = 0.3;
        private long lastCount;
        private long lastNanos = System.nanoTime();
        private double perSecond;

        double update(long count) {
            long now = System.nanoTime();
            double current = (count - lastCount) * 1e9 / Math.max(1, now - lastNanos);
            perSecond = lastCount == 0 ? current : perSecond * (1 - WEIGHT) + current * WEIGHT;
            lastCount = count;
            lastNanos = now;
            return perSecond;
        }
    }
}
