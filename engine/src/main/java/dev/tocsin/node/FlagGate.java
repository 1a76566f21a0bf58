package dev.tocsin.node;

import dev.tocsin.detect.Gate;
import dev.tocsin.event.EventId;
import dev.tocsin.rollout.Decision;
import dev.tocsin.rollout.EngineGates;

/** The gates of an engine, as the detect stage asks for them. */
record FlagGate(EngineGates gates) implements Gate {
    @Override
    public Verdict ingress(String customer, String source, EventId event) {
        return gates.areIdle() ? Verdict.OPEN : verdict(gates.ingress(customer, source, event));
    }

    @Override
    public Verdict egress(String customer, String source, String rule, EventId alert) {
        return gates.areIdle() ? Verdict.OPEN : verdict(gates.egress(customer, source, rule, alert));
    }

    private static Verdict verdict(Decision decision) {
        return switch (decision.passage()) {
            case OPEN -> Verdict.OPEN;
            case CLOSED -> new Verdict(Passage.CLOSED, decision.why());
            case HELD -> new Verdict(Passage.HELD, decision.why());
        };
    }
}
