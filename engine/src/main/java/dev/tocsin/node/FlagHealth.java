package dev.tocsin.node;

import dev.tocsin.health.Checks;
import dev.tocsin.health.Checks.Verdict;
import dev.tocsin.health.Metrics;
import dev.tocsin.rollout.EngineGates;
import dev.tocsin.rollout.GateFlag;
import dev.tocsin.rollout.Passage;
import java.util.Locale;

/** What the gates say of their health, and their numbers. */
final class FlagHealth {
    private FlagHealth() {
    }

    static void register(EngineGates gates, Checks checks, Metrics metrics) {
        checks.register("rollout", "flags", () -> verdict(gates));
        metrics.gauge("tocsin_rollout_flags_revision", "Revision of the flags by which this node decides",
                gates::revision);
        for (GateFlag flag : GateFlag.values()) {
            for (Passage passage : Passage.values()) {
                metrics.counter("tocsin_rollout_decisions_total", "What the gates said of events and alerts",
                        () -> gates.count(flag, passage), "flag", flag.key(), "decision",
                        passage.name().toLowerCase(Locale.ROOT));
            }
        }
    }

    static Verdict verdict(EngineGates gates) {
        var troubles = gates.troubles();
        if (troubles.isEmpty()) {
            return Verdict.green(gates.areIdle() ? "no gates" : "revision " + gates.revision());
        }
        return Verdict.yellow(String.join("; ", troubles.values()) + "; what comes to engine " + gates.engine()
                + " meanwhile is held in shadow, nothing is dropped; tocsin flags explain says more");
    }
}
