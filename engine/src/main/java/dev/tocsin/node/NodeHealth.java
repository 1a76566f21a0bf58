package dev.tocsin.node;

import dev.tocsin.detect.Quarantine;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.StageStatus;
import dev.tocsin.source.Source;
import dev.tocsin.source.SourceConfig;
import dev.tocsin.source.SourceStatus;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a node says of its health, and the numbers it gives to a scraper. */
final class NodeHealth {
    private static final int QUARANTINE_NAMED_MAX = 3;

    private NodeHealth() {
    }

    static void register(Node node) {
        checks(node);
        metrics(node);
    }

    private static void checks(Node node) {
        Checks checks = node.checks();
        DurableLog log = node.log();
        checks.register("log", "disk", () -> disk(log));
        checks.register("log", "settings", () -> log.warnings().isEmpty()
                ? Verdict.green("")
                : Verdict.yellow(log.warnings().getFirst().toString()));
        for (StageStatus stage : log.stageStatus()) {
            checks.register(channel(stage.name()), stage.name(), () -> stage(log, stage.name()));
        }
        checks.register("sinks", "alarms", () -> node.alarms().isEmpty()
                ? Verdict.green("")
                : Verdict.red(node.alarms().getLast().toString()));
        node.sources().forEach((name, source) -> checks.register("intake", name, () -> source(source,
                node.config().sources().get(name), Instant.now())));
        checks.register("rules", "verified", () -> node.rules().differences() == 0
                ? Verdict.green("")
                : Verdict.red(node.rules().differences()
                        + " sampled events were matched otherwise by the slow evaluation; the last: "
                        + node.rules().lastDifference()));
        checks.register("rules", "quarantine", () -> quarantine(node.quarantine()));
        checks.register("rules", "loaded", () -> {
            int refused = node.loadedRules().refused();
            return refused == 0
                    ? Verdict.green(node.loadedRules().ruleset().rules().size() + " rules")
                    : Verdict.yellow(refused + " rules were refused; tocsin rules lint says why");
        });
    }

    private static Verdict quarantine(Quarantine quarantine) {
        List<Quarantine.Parked> all = quarantine.list();
        if (all.isEmpty()) {
            return Verdict.green("");
        }
        String some = all.stream().limit(QUARANTINE_NAMED_MAX).map(NodeHealth::inWords)
                .collect(Collectors.joining("; "));
        return Verdict.yellow(some + (all.size() > QUARANTINE_NAMED_MAX
                ? "; and " + (all.size() - QUARANTINE_NAMED_MAX) + " more: tocsin rules quarantine list"
                : ""));
    }

    private static String inWords(Quarantine.Parked one) {
        String places = one.partitions().stream().map(p -> "partition " + p.partition() + " offsets "
                + (p.waiting().isEmpty() ? p.reading() : p.waiting())).collect(Collectors.joining(", "));
        return one.rule() + (one.title().isEmpty() ? "" : " \"" + one.title() + "\" (" + one.file() + ")") + " is "
                + one.state().replace('_', ' ') + " since " + one.since().truncatedTo(ChronoUnit.SECONDS) + ", "
                + one.reason() + ": " + one.cause() + "; " + places;
    }

    private static Verdict disk(DurableLog log) {
        String trouble = log.trouble();
        if (!trouble.isEmpty()) {
            return Verdict.red(trouble);
        }
        long percent = log.diskUsedBytes() * 100 / Math.max(1, log.diskMaxBytes());
        return percent >= 80
                ? Verdict.yellow("the data directory uses " + percent + " % of log.disk_max")
                : Verdict.green(percent + " % of log.disk_max used");
    }

    private static Verdict stage(DurableLog log, String name) {
        StageStatus s = status(log, name);
        return switch (s.state()) {
            case "running" -> Verdict.green("");
            case "paused", "restoring", "waiting" -> Verdict.yellow("is " + s.state());
            default -> Verdict.red(s.error().isEmpty() ? "is " + s.state() : s.error());
        };
    }

    /** @param config null when nothing is known of it but that it runs */
    static Verdict source(Source source, @Nullable SourceConfig config, Instant now) {
        SourceStatus s = source.status();
        Duration silent = Duration.between(s.lastEvent(), now);
        Duration max = config == null ? null : config.silentAfter();
        boolean runs = s.state().equals("running") || s.state().equals("waiting");
        if (max != null && runs && silent.compareTo(max) > 0) {
            return Verdict.red("silent for " + inWords(silent) + ", more than silent_after ("
                    + inWords(max) + ")" + (s.error().isEmpty() ? "" : "; " + s.error()));
        }
        return switch (s.state()) {
            case "running" -> s.lost() > 0
                    ? Verdict.yellow(s.lost() + " events were lost before they reached us, such as by the kernel")
                    : Verdict.green("");
            case "waiting" -> Verdict.yellow("waits for the log");
            case "failing" -> Verdict.red(s.error());
            default -> Verdict.green("is " + s.state());
        };
    }

    /** Such as 1h2m3s. */
    private static String inWords(Duration d) {
        return Duration.ofSeconds(Math.max(1, d.toSeconds())).toString().substring(2).toLowerCase(Locale.ROOT);
    }

    private static String channel(String stage) {
        if (stage.startsWith("sink-")) {
            return "sinks";
        }
        return stage.equals("collect") || stage.equals("replay") ? "intake" : stage;
    }

    private static void metrics(Node node) {
        Metrics metrics = node.metrics();
        DurableLog log = node.log();
        for (StageStatus stage : log.stageStatus()) {
            String name = stage.name();
            counter(metrics, log, name, "in", "Events that came in", StageStatus::in);
            counter(metrics, log, name, "out", "Events that went on", StageStatus::out);
            counter(metrics, log, name, "made", "Alerts and child events made", StageStatus::made);
            counter(metrics, log, name, "dead", "Events kept in dead", StageStatus::dead);
            counter(metrics, log, name, "held", "Events held", StageStatus::held);
            counter(metrics, log, name, "dropped", "Events dropped with a reason",
                    s -> s.dropped().values().stream().mapToLong(Long::longValue).sum());
            metrics.gauge("tocsin_stage_lag_events", "Records not yet handled", () -> status(log, name).lag(), "stage",
                    name);
        }
        node.sources().forEach((name, source) -> {
            metrics.gauge("tocsin_source_silent_seconds", "Time since the last event of it, or since the start",
                    () -> Duration.between(source.status().lastEvent(), Instant.now()).toSeconds(), "source", name);
            metrics.counter("tocsin_source_received_events_total", "Events read from outside",
                    () -> source.status().received(), "source", name);
            metrics.counter("tocsin_source_durable_events_total", "Events of it that are on disk",
                    () -> source.status().durable(), "source", name);
            metrics.counter("tocsin_source_lost_events_total", "Events known to be lost before they reached us",
                    () -> source.status().lost(), "source", name);
        });
        node.sinkCounts().forEach((name, counts) -> {
            metrics.counter("tocsin_sink_delivered_events_total",
                    "Events the receiver acknowledged, or without acknowledgements those handed to the network",
                    counts::delivered, "sink", name);
            metrics.counter("tocsin_sink_redelivered_events_total",
                    "Events sent again because it was not known how far they had got", counts::redelivered, "sink",
                    name);
            metrics.counter("tocsin_sink_unknown_events_total",
                    "Events sent without hearing whether they arrived", counts::unknown, "sink", name);
            metrics.counter("tocsin_sink_rejected_events_total",
                    "Events the receiver refused for good, kept in dead", counts::rejected, "sink", name);
            metrics.counter("tocsin_sink_shortened_events_total", "Messages that lack their end", counts::shortened,
                    "sink", name);
        });
        metrics.gauge("tocsin_log_disk_bytes", "Disk used by the data directory", log::diskUsedBytes);
        metrics.gauge("tocsin_log_disk_max_bytes", "Disk that it may use", log::diskMaxBytes);
        metrics.counter("tocsin_detect_alerts_total", "Alerts raised since the start", () -> node.rules().alerts());
        metrics.counter("tocsin_detect_verify_differences_total",
                "Sampled events on which the compiled and the naive evaluation differed",
                () -> node.rules().differences());
        metrics.counter("tocsin_detect_unkeyed_matches_total",
                "Matches that lack a field by which a correlation groups or which it counts, and so did not go to it",
                () -> node.rules().unkeyed());
        metrics.counter("tocsin_detect_evicted_groups_total",
                "Groups that correlations forgot before their time: alerts may be missing",
                () -> node.rules().evicted());
        metrics.counter("tocsin_detect_late_alerts_total", "Alerts raised when rules in quarantine caught up",
                () -> node.quarantine().lateAlerts());
        metrics.gauge("tocsin_detect_rules", "Rules loaded", () -> node.loadedRules().ruleset().rules().size());
    }

    private static void counter(Metrics metrics, DurableLog log, String stage, String kind, String help,
            ToLongFunction<StageStatus> value) {
        metrics.counter("tocsin_stage_" + kind + "_events_total", help, () -> value.applyAsLong(status(log, stage)),
                "stage", stage);
    }

    private static StageStatus status(DurableLog log, String name) {
        return log.stageStatus().stream().filter(s -> s.name().equals(name)).findFirst()
                .orElseThrow(() -> new IllegalStateException("stage " + name + " is gone"));
    }
}
