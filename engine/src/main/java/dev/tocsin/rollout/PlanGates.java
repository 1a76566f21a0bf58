package dev.tocsin.rollout;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;

/** The gates of a step: each passes, fails, or cannot be told yet. What cannot be told is no pass. */
final class PlanGates {
    /** What a gate says. @param words one sentence without a full stop */
    record Said(Verdict verdict, String words) {
        @Override
        public String toString() {
            return verdict.name().toLowerCase(Locale.ROOT) + ": " + words;
        }
    }

    enum Verdict {
        PASS,
        FAIL,
        INCONCLUSIVE
    }

    private PlanGates() {
    }

    static List<Said> ask(Plan plan, RolloutState state, Evidence evidence, Instant now) {
        Plan.Gates gates = plan.gates();
        Instant entered = Objects.requireNonNull(state.entered());
        List<Said> said = new ArrayList<>();
        said.add(lag(plan, evidence));
        Evidence.Totals to = evidence.totals(plan.to()).since(state.to());
        Evidence.Totals from = evidence.totals(plan.from()).since(state.from());
        said.add(dead(gates, from, to));
        if (seesAll(plan, state.step())) {
            said.add(alerts(gates, from, to));
            if (gates.differencesMax() >= 0) {
                Evidence.Difference difference = evidence.compare(plan.from(), plan.to(), entered);
                said.add(new Said(!difference.conclusive()
                        ? Verdict.INCONCLUSIVE
                        : difference.differences() > gates.differencesMax() ? Verdict.FAIL : Verdict.PASS,
                        "parity, " + difference.words()));
            }
        }
        Duration in = Duration.between(entered, now);
        Duration hold = plan.steps().get(state.step()).hold();
        if (in.compareTo(hold.plus(gates.patience())) > 0
                && said.stream().anyMatch(s -> s.verdict == Verdict.INCONCLUSIVE)) {
            said.add(new Said(Verdict.FAIL, "patience, the gates did not all pass in " + hold.plus(gates.patience())));
        }
        return said;
    }

    /** Whether the new engine handles every event, so that its alerts can be compared: no step before gives it only some. */
    private static boolean seesAll(Plan plan, int step) {
        int mille = 1000;
        for (int i = 0; i <= step; i++) {
            int here = plan.steps().get(i).ingressMille();
            mille = here >= 0 ? here : mille;
        }
        return mille == 1000;
    }

    private static Said lag(Plan plan, Evidence evidence) {
        Optional<Long> lag = evidence.lag(plan.to());
        if (lag.isEmpty()) {
            return new Said(Verdict.INCONCLUSIVE, "lag, engine " + plan.to() + " does not run");
        }
        return new Said(lag.get() <= plan.gates().lagMax() ? Verdict.PASS : Verdict.INCONCLUSIVE,
                "lag, " + plan.to() + " is " + lag.get() + " records behind, of " + plan.gates().lagMax() + " at most");
    }

    private static Said dead(Plan.Gates gates, Evidence.Totals from, Evidence.Totals to) {
        long more = to.dead() - from.dead();
        return new Said(more > gates.deadMax() ? Verdict.FAIL : Verdict.PASS,
                "errors, " + to.dead() + " events dead, " + from.dead() + " at the old engine");
    }

    private static Said alerts(Plan.Gates gates, Evidence.Totals from, Evidence.Totals to) {
        String words = "alerts, " + to.raised() + " raised, " + from.raised() + " by the old engine";
        if (from.raised() <= 0) {
            return new Said(Verdict.INCONCLUSIVE, words);
        }
        double rate = to.raised() / (double) from.raised();
        // A few alerts say nothing of a rate; they may still be under way at one of the two.
        boolean few = from.raised() < 20;
        return new Said(rate >= gates.alertsMin() && rate <= gates.alertsMax()
                ? Verdict.PASS
                : few ? Verdict.INCONCLUSIVE : Verdict.FAIL, words);
    }
}
