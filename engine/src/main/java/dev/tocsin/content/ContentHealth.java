package dev.tocsin.content;

import dev.tocsin.base.Problem;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.health.Metrics;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a node says of the health of content, and its numbers. */
public final class ContentHealth {
    private static final int NAMED_MAX = 5;

    private ContentHealth() {
    }

    /** Of every node: whether all engines run what they are to. */
    public static void register(ContentDesk desk, Checks checks) {
        checks.register("content", "engines", () -> engines(desk.status()));
    }

    /** Of a node with an engine. */
    public static void register(EngineContent engine, ContentDesk desk, Checks checks, Metrics metrics) {
        checks.register("content", "running", () -> running(engine, desk));
        metrics.gauge("tocsin_content_age_seconds", "Time since the engine began to run its content", () -> age(engine,
                desk).toMillis() / 1e3);
        metrics.gauge("tocsin_content_behind_seconds",
                "Time since other content was announced than the engine runs; 0 when it runs that",
                () -> engine.behind().toMillis() / 1e3);
        Shown shown = new Shown(engine, desk, metrics);
        desk.listen(shown::refresh);
        engine.observe(shown::refresh);
        shown.refresh();
    }

    /** Of a node with a feed. */
    public static void register(ContentFeed feed, Checks checks) {
        checks.register("content", "feed", () -> feed(feed));
    }

    private static Duration age(EngineContent engine, ContentDesk desk) {
        Duration age = Duration.between(engine.running().since(), desk.parts().clock().instant());
        return age.isNegative() ? Duration.ZERO : age;
    }

    static Verdict running(EngineContent engine, ContentDesk desk) {
        EngineContent.Running now = engine.running();
        Optional<Announcement> desired = desk.desired(engine.engine());
        String runs = "engine " + engine.engine() + " on node " + desk.parts().node() + " runs content " + now.commit()
                + ", " + words(age(engine, desk)) + " old";
        Duration behind = engine.behind();
        Problem problem = now.problem();
        if (behind.compareTo(Duration.ZERO) > 0 && desired.isPresent()) {
            String what = runs + ", instead of " + desired.get().commit() + ", which was announced "
                    + words(behind) + " ago" + (problem == null ? "" : ": " + problem);
            return behind.compareTo(desk.parts().config().stale()) >= 0
                    ? Verdict.red(what)
                    : problem == null ? Verdict.green(what) : Verdict.yellow(what);
        }
        if (!desk.unknown().isEmpty()) {
            return Verdict.yellow(runs + "; whether newer content is announced is not known: " + desk.unknown());
        }
        if (now.fromDisk()) {
            return Verdict.yellow(runs + ", the last good one of this node; the log announces none");
        }
        return problem == null ? Verdict.green(runs) : Verdict.yellow(runs + ": " + problem);
    }

    static Verdict engines(ContentStatus status) {
        List<ContentStatus.Engine> stale = status.engines().stream().filter(ContentStatus.Engine::isStale).toList();
        if (!stale.isEmpty()) {
            return Verdict.red(String.join("; ", stale.stream().limit(NAMED_MAX).map(e -> "engine " + e.engine()
                    + " on node " + e.node() + " runs content " + e.running() + " instead of " + e.desired()
                    + ", which was announced " + words(Duration.ofSeconds(e.behindSeconds())) + " ago" + (e.problem()
                            .isEmpty() ? "" : ": " + e.problem()))
                    .toList())
                    + (stale.size() > NAMED_MAX ? " and " + (stale.size() - NAMED_MAX) + " more" : ""));
        }
        List<String> silent = status.engines().stream().filter(e -> e.state().equals("silent")).map(e -> e.engine()
                + " on node " + e.node()).toList();
        return silent.isEmpty()
                ? Verdict.green(status.engines().size() + " engines")
                : Verdict.yellow("nothing is heard of " + String.join(", ", silent)
                        + "; what they run is not known");
    }

    static Verdict feed(ContentFeed feed) {
        ContentFeed.State state = feed.state();
        if (!state.refused().isEmpty()) {
            return Verdict.yellow("what " + feed.describe() + " has is refused, the content before stays in force: "
                    + state.refused().getFirst() + (state.refused().size() > 1
                            ? " and " + (state.refused().size() - 1) + " more"
                            : ""));
        }
        return state.unreachable().isEmpty()
                ? Verdict.green(feed.describe() + (state.commit().isEmpty() ? "" : ", commit " + state.commit()))
                : Verdict.yellow(feed.describe() + " cannot be looked at, the content before stays in force: " + state
                        .unreachable());
    }

    /** Such as 20 s, 5 min, 3 h, 12 d. */
    static String words(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 120) {
            return seconds + " s";
        }
        return seconds < 7200
                ? seconds / 60 + " min"
                : seconds < 172_800
                        ? seconds / 3600 + " h"
                        : seconds / 86_400
                                + " d";
    }

    /** A metric whose labels are the commits; there is one at a time. */
    private static final class Shown {
        private final EngineContent engine;
        private final ContentDesk desk;
        private final Metrics metrics;
        private String labels = "";
        private Checks.@Nullable Registration shown;

        Shown(EngineContent engine, ContentDesk desk, Metrics metrics) {
            this.engine = engine;
            this.desk = desk;
            this.metrics = metrics;
        }

        synchronized void refresh() {
            String running = engine.running().commit();
            String desired = desk.desired(engine.engine()).map(Announcement::commit).orElse("");
            String now = desired + " " + running;
            if (now.equals(labels)) {
                return;
            }
            if (shown != null) {
                shown.close();
            }
            shown = metrics.gauge("tocsin_content_commit", "Always 1; the commits are in the labels", () -> 1,
                    "desired", desired, "running", running);
            labels = now;
        }
    }
}
