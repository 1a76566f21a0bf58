package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.detect.ActiveRules;
import dev.tocsin.detect.Alerts;
import dev.tocsin.detect.CorrelateStage;
import dev.tocsin.detect.DetectConfig;
import dev.tocsin.detect.DetectStage;
import dev.tocsin.detect.Gate;
import dev.tocsin.detect.MatchFeed;
import dev.tocsin.detect.Ruleset;
import dev.tocsin.event.EventId;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.ShadowBox;
import dev.tocsin.log.Stage;
import dev.tocsin.rollout.replay.ReplayDesk;
import dev.tocsin.rollout.replay.ReplayEngine;
import dev.tocsin.rollout.replay.ReplayReport;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/**
 * The node's engine made anew for a replay: the same rules with counts of their own, event time for a clock, and gates that let
 * everything in and nothing out.
 */
record NodeReplays(DetectConfig config, String site, long siteEpoch, int partitions, Ruleset rules, String run,
        ActiveRules active, Consumer<Problem> alarms) implements ReplayEngine {
    static NodeReplays of(DetectConfig config, String site, long siteEpoch, int partitions, Ruleset rules, String run,
            Consumer<Problem> alarms) {
        return new NodeReplays(config, site, siteEpoch, partitions, rules, run, new ActiveRules(rules), alarms);
    }

    private Alerts alerts() {
        return new Alerts(config.engineName(), site, siteEpoch, run);
    }

    @Override
    public String name() {
        return config.engineName();
    }

    @Override
    public String content() {
        return rules.content();
    }

    @Override
    public int levels() {
        return rules.correlations().levels();
    }

    @Override
    public Stage detect(Clock clock) {
        return new DetectStage(active, alerts(), new MatchFeed(config.correlate(), site, clock), 0, new Closed(run));
    }

    @Override
    public Stage correlate() {
        return new CorrelateStage(active, alerts(), config.correlate(), partitions, alarms, new Closed(run));
    }

    @Override
    public Map<String, Long> hits() {
        Map<String, Long> hits = new TreeMap<>();
        rules.rules().forEach(r -> add(hits, r.id()));
        rules.correlations().plans().forEach(p -> add(hits, p.rule().id()));
        return hits;
    }

    private void add(Map<String, Long> hits, String rule) {
        if (active.hits(rule) > 0) {
            hits.put(rule, active.hits(rule));
        }
    }

    /** All come in, none go out; who owns whom is of no matter. */
    private record Closed(String run) implements Gate {
        @Override
        public Verdict ingress(String customer, String source, EventId event, int owners) {
            return Verdict.OPEN;
        }

        @Override
        public Verdict egress(String customer, String source, String rule, EventId alert, int owners) {
            return new Verdict(Passage.CLOSED, ShadowBox.decided("replay " + run));
        }
    }

    /** The numbers of the replay that runs or ran last; they have its name as the label {@code run}. */
    static String metrics(ReplayDesk desk) {
        return desk.latest().map(NodeReplays::text).orElse("");
    }

    private static String text(ReplayReport report) {
        StringBuilder out = new StringBuilder();
        gauge(out, "events", "Events that the replay has evaluated", report, ReplayReport::events);
        gauge(out, "events_per_second", "Events that the replay evaluates in a second", report,
                ReplayReport::eventsPerSecond);
        gauge(out, "alerts", "Alerts that the replay has raised and withheld", report, ReplayReport::alerts);
        gauge(out, "evaluation_p50_seconds", "Time in the engine for an event, half of them at most", report,
                r -> r.evaluationP50Micros() / 1e6);
        gauge(out, "evaluation_p99_seconds", "Time in the engine for an event, 99 of a hundred at most", report,
                r -> r.evaluationP99Micros() / 1e6);
        gauge(out, "cpu_seconds_per_million", "CPU time of the engine for a million events", report,
                ReplayReport::cpuSecondsPerMillion);
        gauge(out, "left_seconds", "How long the replay will go on, -1 when nobody can tell", report,
                ReplayReport::secondsLeft);
        return out.toString();
    }

    private static void gauge(StringBuilder out, String what, String help, ReplayReport report,
            ToDoubleFunction<ReplayReport> value) {
        String name = "tocsin_rollout_replay_" + what;
        out.append("# HELP ").append(name).append(' ').append(help).append("\n# TYPE ").append(name).append(" gauge\n")
                .append(name).append('{').append(Metrics.RUN).append("=\"").append(report.run())
                .append("\",role=\"replay\"} ")
                .append(value.applyAsDouble(report)).append('\n');
    }
}
