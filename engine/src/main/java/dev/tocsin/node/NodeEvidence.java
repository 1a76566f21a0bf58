package dev.tocsin.node;

import dev.tocsin.log.AuditReport;
import dev.tocsin.log.DurableLog;
import dev.tocsin.log.EngineStages;
import dev.tocsin.log.EngineStatus;
import dev.tocsin.rollout.Evidence;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the log knows of engines, for rollouts. */
final class NodeEvidence implements Evidence {
    private final DurableLog log;

    NodeEvidence(DurableLog log) {
        this.log = log;
    }

    @Override
    public Optional<Long> lag(String engine) {
        return log.engines().stream().filter(e -> e.engine().equals(EngineStages.known(engine)) && e.workers() > 0)
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

    @Override
    public Difference compare(String from, String to, Instant since) {
        return new Difference(false, 0, 0, "the alerts of the engines are not compared");
    }
}
