package dev.tocsin.node;

import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStages;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.rollout.Evidence;
import dev.tocsin.rollout.parity.ParityDesk;
import dev.tocsin.rollout.parity.ParityReport;
import dev.tocsin.rollout.parity.Question;
import dev.tocsin.rollout.parity.Side;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the log knows of engines, for rollouts. */
final class NodeEvidence implements Evidence {
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final DurableLog log;
    private volatile @Nullable ParityDesk parity;
    private Asked last = new Asked("", "", Instant.EPOCH, 0);
    private Difference difference = new Difference(false, 0, 0, "");

    private record Asked(String from, String to, Instant since, long nanos) {
        boolean isLike(Asked other) {
            return from.equals(other.from) && to.equals(other.to) && since.equals(other.since);
        }
    }

    NodeEvidence(DurableLog log) {
        this.log = log;
    }

    @Override
    public Optional<Long> lag(String engine) {
        return log.engines().stream().filter(e -> e.engine().equals(engine) && e.workers() > 0)
                .map(EngineStatus::lag).findFirst();
    }

    @Override
    public Totals totals(String engine) {
        long in = 0;
        long dead = 0;
        for (AuditReport.Row row : log.audit().rows()) {
            boolean detects = row.stage().equals(EngineStages.name(EngineStages.DETECT, engine));
            boolean correlates = row.stage().equals(EngineStages.name(EngineStages.CORRELATE, engine));
            in += detects ? row.in() : 0;
            dead += detects || correlates ? row.dead() : 0;
        }
        return new Totals(in, log.raised(engine), dead);
    }

    @Override
    public Set<String> customers() {
        return log.customers().stream().filter(c -> !c.equals("-")).collect(Collectors.toSet());
    }

    /** From now on alerts can be compared. */
    void compareBy(ParityDesk desk) {
        parity = desk;
    }

    /** Reading the alerts costs something, so an answer is good for a while. */
    @Override
    public synchronized Difference compare(String from, String to, Instant since) {
        ParityDesk desk = parity;
        if (desk == null) {
            return new Difference(false, 0, 0, "nothing is compared on this node");
        }
        Asked now = new Asked(from, to, since, System.nanoTime());
        if (now.isLike(last) && now.nanos - last.nanos < AGAIN_NANOS) {
            return difference;
        }
        ParityReport report = desk.compare(Question.of(Side.parse(from), Side.parse(to)).between(since, null));
        last = now;
        difference = new Difference(!report.verdict().equals(ParityReport.INCONCLUSIVE), report.firstAlerts(),
                report.missing() + report.extra() + report.different(),
                report.firstAlerts() + " alerts of " + from + " and " + report.secondAlerts() + " of " + to + " until "
                        + report.to() + ": " + report.missing() + " missing, " + report.extra() + " extra, "
                        + report.different() + " different");
        return difference;
    }
}
