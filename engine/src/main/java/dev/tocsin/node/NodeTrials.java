package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.health.Checks;
import dev.tocsin.health.Metrics;
import dev.tocsin.log.DurableLog;
import dev.tocsin.node.TocsinConfig.Role;
import dev.tocsin.rollout.parity.Parity;
import dev.tocsin.rollout.parity.ParityDesk;
import dev.tocsin.rollout.parity.ParityReport;
import dev.tocsin.rollout.replay.ReplayDesk;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How one finds out what another engine would do: replays over the past, and comparisons of what engines raised. */
final class NodeTrials implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeTrials.class);
    /** Beyond what a correlation waits for: writing and reading. */
    private static final Duration MARGIN = Duration.ofSeconds(20);

    private final ReplayDesk replays;
    private final ParityDesk parity;

    /** @param data directory of the node */
    NodeTrials(Node node, Path data) {
        DurableLog log = node.log();
        TocsinConfig config = node.config();
        boolean whole = node.roles().contains(Role.ENGINE) || node.roles().contains(Role.WORKER);
        Consumer<Problem> alarms = p -> LOG.warn("replay: {}", p);
        replays = new ReplayDesk(log, data.resolve("replays"), run -> {
            if (!whole) {
                throw new IllegalArgumentException(
                        "this node has no engine; ask one with the role worker or engine");
            }
            return NodeReplays.of(config.detect(), config.site().name(), Stages.SITE_EPOCH, log.partitions(),
                    node.rules().ruleset(), run, alarms);
        }, Clock.systemUTC());
        Duration settled = config.detect().correlate().lateness().plus(config.detect().correlate().idle())
                .plus(MARGIN);
        parity = new ParityDesk(new Parity(log, replays::span, settled, Clock.systemUTC()), config.rollout().parity(),
                node.roles().contains(Role.MANAGER), Clock.systemUTC());
        if (whole) {
            Thread.ofVirtual().name("replay-sweep").start(log::sweepTrials);
        }
        if (parity.watch().isOn()) {
            register(node.checks(), node.metrics());
        }
    }

    private void register(Checks checks, Metrics metrics) {
        checks.register("rollout", "parity", this::verdict);
        for (String kind : List.of("missing", "extra", "different")) {
            metrics.counter("tocsin_rollout_parity_differences_total",
                    "Differences between the alerts of the engines that are compared all the time",
                    () -> parity.total(kind), "kind", kind);
        }
        metrics.gauge("tocsin_rollout_parity_verdict",
                "What the last comparison said: 1 pass, 0 fail, -1 inconclusive or none yet", () -> {
                    ParityReport last = parity.watch().last();
                    return last == null || last.verdict().equals(ParityReport.INCONCLUSIVE)
                            ? -1
                            : last.passed() ? 1 : 0;
                });
    }

    private Checks.Verdict verdict() {
        ParityDesk.Watch watch = parity.watch();
        return parity.trouble()
                .map(failed -> Checks.Verdict.yellow("engines " + watch.engines() + " differ: " + failed.missing()
                        + " missing, " + failed.extra() + " extra, " + failed.different() + " different from "
                        + failed.from() + " to " + failed.to() + "; tocsin parity says which"))
                .orElseGet(() -> {
                    ParityReport last = watch.last();
                    String said = last == null ? "not compared yet" : last.verdict() + ": " + last.reason();
                    return Checks.Verdict.green("engines " + watch.engines() + ", " + said
                            + (watch.trouble().isEmpty() ? "" : "; " + watch.trouble()));
                });
    }

    ReplayDesk replays() {
        return replays;
    }

    ParityDesk parity() {
        return parity;
    }

    /** What has labels of its own. */
    String metrics() {
        return NodeReplays.metrics(replays) + parity.metrics();
    }

    @Override
    public void close() {
        parity.close();
        replays.close();
    }
}
