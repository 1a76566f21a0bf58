package dev.tocsin.rollout;

import dev.tocsin.rollout.RolloutState.Phase;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A rollout for people who were not there. */
final class RolloutReport {
    private RolloutReport() {
    }

    static String of(Plan plan, RolloutState state, OwnerDesk.Owners owners, List<String> gates) {
        StringBuilder out = new StringBuilder("# Rollout ").append(plan.name()).append(": ").append(plan.from())
                .append(" to ").append(plan.to()).append("\n\n");
        out.append("It is ").append(state.status().name().toLowerCase(Locale.ROOT)).append(", step ")
                .append(state.step() + 1).append(" of ").append(plan.steps().size()).append(" (")
                .append(plan.steps().get(state.step()).words()).append("), since ").append(state.when())
                .append(", by ").append(state.who()).append(": ").append(state.why()).append(".\n\n");
        out.append("| step | what | from | to | took | result |\n|---|---|---|---|---|---|\n");
        for (Phase phase : state.phases()) {
            out.append("| ").append(phase.step() + 1).append(" | ").append(phase.what()).append(" | ")
                    .append(phase.entered() == null ? "" : phase.entered()).append(" | ").append(phase.left())
                    .append(" | ")
                    .append(phase.entered() == null
                            ? ""
                            : Duration.between(phase.entered(), phase.left()).toSeconds() + " s")
                    .append(" | ").append(phase.result()).append(" |\n");
        }
        for (Phase phase : state.phases()) {
            out.append("\n## Step ").append(phase.step() + 1).append(", ").append(phase.what()).append(": ")
                    .append(phase.result()).append("\n\n");
            phase.gates().forEach(gate -> out.append("- ").append(gate).append('\n'));
        }
        if (!gates.isEmpty() && state.isOpen()) {
            out.append("\n## Now\n\n");
            gates.forEach(gate -> out.append("- ").append(gate).append('\n'));
        }
        out.append("\n## Owners (revision ").append(owners.revision()).append(")\n\n");
        for (Owner owner : owners.owners()) {
            out.append("- ").append(owner.customer().equals(Assignment.ALL) ? "all others" : owner.customer())
                    .append(owner.source().equals(Assignment.ALL) ? "" : ", source " + owner.source()).append(": ")
                    .append(owner.engine()).append('\n');
        }
        return out.toString();
    }
}
