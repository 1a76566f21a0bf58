package dev.tocsin.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Sends a scenario's messages to the node at the pace of life. Start it once, close it once. */
final class Player implements AutoCloseable {
    private static final Duration BEHIND_MAX = Duration.ofSeconds(1);
    private final Scenario scenario;
    private final Targets targets;
    private final Pace pace;
    private final InstantSource clock;
    private final Audience audience;
    private final Counts counts = new Counts();
    private final CountDownLatch storyTold = new CountDownLatch(1);
    private final Map<Route, Lane> lanes = new HashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private final HttpClient client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3)).build();
    private boolean closed;

    /**
     * How fast and how often.
     *
     * @param eventsPerSecond of the background; 0 for none
     * @param loop whether the story is told again and again
     * @param speed of the story; 2 is twice as fast
     * @param seed of all choices
     */
    record Pace(int eventsPerSecond, boolean loop, double speed, long seed) {
        Pace {
            if (eventsPerSecond < 0 || eventsPerSecond > 100_000 || speed <= 0) {
                throw new IllegalArgumentException("a rate is from 0 to 100000 events/s and a speed above 0");
            }
        }
    }

    /** Who listens to what is played. Called by the player's threads. */
    interface Audience {
        /** Just before the step's events are sent; {@code caption} has its placeholders filled. */
        void step(Story.Step step, String caption);

        /** A sentence about something that does not work, or works again. */
        void trouble(String sentence);
    }

    private record Route(Via via, String customer, String source) {
    }

    Player(Scenario scenario, Targets targets, Pace pace, InstantSource clock, Audience audience) {
        this.scenario = scenario;
        this.targets = targets;
        this.pace = pace;
        this.clock = clock;
        this.audience = audience;
    }

    public void start() {
        SplittableRandom random = new SplittableRandom(pace.seed());
        RandomGenerator forStory = random.split();
        RandomGenerator forTraffic = random.split();
        threads.add(start("demo-story", () -> tellStory(forStory)));
        if (pace.eventsPerSecond() > 0) {
            threads.add(start("demo-background", () -> playTraffic(forTraffic)));
        }
    }

    Counts.Snapshot counts() {
        return counts.snapshot();
    }

    /** Waits until the story was told once to its end; its last events may still be on their way. */
    boolean awaitStory(Duration max) throws InterruptedException {
        return storyTold.await(max.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Stops at once: no message leaves after this returns. */
    @Override
    public void close() {
        synchronized (lanes) {
            closed = true;
        }
        threads.forEach(Thread::interrupt);
        lanes.values().forEach(Lane::close);
        client.shutdownNow();
        for (Thread thread : threads) {
            try {
                thread.join(Duration.ofSeconds(2));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void tellStory(RandomGenerator random) throws InterruptedException {
        do {
            Cast cast = scenario.storyCast(random, clock, ZoneId.systemDefault());
            for (Story.Step step : scenario.story().steps()) {
                // Nobody works like a clock: each wait is up to a seventh longer or shorter.
                sleep(step.after(), random.nextDouble(0.86, 1.14));
                audience.step(step, step.caption().render(cast));
                for (Story.Shot shot : step.shots()) {
                    for (int i = 0; i < shot.times(); i++) {
                        send(shot.template().render(cast));
                        sleep(shot.gap(), 1);
                    }
                }
            }
            storyTold.countDown();
            if (pace.loop()) {
                sleep(scenario.story().pause(), 1);
            }
        } while (pace.loop());
    }

    private void playTraffic(RandomGenerator random) throws InterruptedException {
        Supplier<Message> traffic = scenario.traffic(random, clock, ZoneId.systemDefault());
        long interval = TimeUnit.SECONDS.toNanos(1) / pace.eventsPerSecond();
        long next = System.nanoTime();
        while (true) {
            send(traffic.get());
            next += interval;
            long ahead = next - System.nanoTime();
            if (ahead > 0) {
                Thread.sleep(Duration.ofNanos(ahead));
            } else if (-ahead > BEHIND_MAX.toNanos()) {
                // After the node has held us up we go on at the usual pace instead of making up for it at once.
                next = System.nanoTime();
            }
        }
    }

    private void send(Message message) throws InterruptedException {
        Lane lane;
        synchronized (lanes) {
            if (closed) {
                throw new InterruptedException("the player is closed");
            }
            lane = lanes.computeIfAbsent(route(message),
                    r -> new Lane(r.via(), sender(r), counts, audience::trouble));
        }
        lane.put(message);
    }

    /** Messages of one route keep their order and share a connection. */
    private static Route route(Message message) {
        return switch (message.via()) {
            case HEC -> new Route(Via.HEC, message.customer(), "");
            case INGEST -> new Route(Via.INGEST, message.customer(), message.source());
            case SYSLOG_TCP, SYSLOG_LINES, SYSLOG_UDP, WEB_LOG -> new Route(message.via(), "", "");
        };
    }

    private Sender sender(Route route) {
        return switch (route.via()) {
            case SYSLOG_TCP -> new SyslogTcpSender(targets.syslogTcp(), true);
            case SYSLOG_LINES -> new SyslogTcpSender(targets.syslogTcp(), false);
            case SYSLOG_UDP -> udp();
            case HEC -> new HecSender(client, targets, route.customer());
            case INGEST -> new IngestSender(client, targets, route.customer(), route.source());
            case WEB_LOG -> new WebLogSender(targets.webLog());
        };
    }

    private Sender udp() {
        try {
            return new SyslogUdpSender(targets.syslogUdp());
        } catch (IOException e) {
            throw new UncheckedIOException("no datagram socket can be opened", e);
        }
    }

    private void sleep(Duration duration, double factor) throws InterruptedException {
        Thread.sleep(Duration.ofNanos((long) (duration.toNanos() * factor / pace.speed())));
    }

    /** A task that ends by interruption. */
    private interface Endless {
        void run() throws InterruptedException;
    }

    private Thread start(String name, Endless task) {
        return Thread.ofVirtual().name(name).start(() -> {
            try {
                task.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                audience.trouble(name + " ended: " + e.getMessage());
            }
        });
    }
}
