package dev.tocsin.node;

import dev.tocsin.detect.Gate;
import dev.tocsin.event.EventId;
import dev.tocsin.rollout.Decision;
import dev.tocsin.rollout.EngineGates;
import dev.tocsin.rollout.Ownership;

/**
 * The gates of an engine, as its stages ask for them. Who owns a customer decides; where nobody does, the flags alone.
 *
 * <p>An owner takes all events in, whatever the flags say: nobody else would. A flag that says no to its alerts withholds
 * them, which is for emergencies; that no flag names it is not a no, because the hand-over named it. Who is not the owner
 * takes in what the flags give it, and publishes nothing.
 */
record EngineGate(EngineGates gates, Ownership ownership) implements Gate {
    @Override
    public int owners(int partition, long offset) {
        return ownership.at(partition, offset);
    }

    @Override
    public Verdict ingress(String customer, String source, EventId event, int owners) {
        String owner = ownership.owner(customer, source, owners);
        if (owner.equals(gates.engine()) || gates.areIdle()) {
            return Verdict.OPEN;
        }
        Decision flags = gates.ingress(customer, source, event);
        return !owner.isEmpty() && isUnsaid(flags) ? closed(customer, owner) : verdict(flags);
    }

    @Override
    public Verdict egress(String customer, String source, String rule, EventId alert, int owners) {
        String owner = ownership.owner(customer, source, owners);
        if (!owner.isEmpty() && !owner.equals(gates.engine())) {
            return closed(customer, owner);
        }
        if (gates.areIdle()) {
            return Verdict.OPEN;
        }
        Decision flags = gates.egress(customer, source, rule, alert);
        return !owner.isEmpty() && isUnsaid(flags) ? Verdict.OPEN : verdict(flags);
    }

    /** Nobody has said anything of this engine. */
    private static boolean isUnsaid(Decision flags) {
        return flags.reason() == Decision.Reason.MISSING || flags.reason() == Decision.Reason.UNNAMED
                || flags.reason() == Decision.Reason.NO_GATE;
    }

    private static Verdict closed(String customer, String owner) {
        return new Verdict(Passage.CLOSED, "customer " + customer + " is owned by engine " + owner);
    }

    private static Verdict verdict(Decision decision) {
        return switch (decision.passage()) {
            case OPEN -> Verdict.OPEN;
            case CLOSED -> new Verdict(Passage.CLOSED, decision.why());
            case HELD -> new Verdict(Passage.HELD, decision.why());
        };
    }
}
