package dev.tocsin.rollout;

import dev.tocsin.base.Problem;
import dev.tocsin.config.ConfigFile;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.OrAlone;
import dev.tocsin.config.Outcome;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How customers move from one engine to another, step by step; a YAML file. */
@Doc("A rollout.")
public record Plan(@Doc("Its name; it stands in the history of flags and owners.") String name,
        @Doc("The engine that owns the customers now.") String from,
        @Doc("The engine that is to own them.") String to,
        @Doc("What must hold for a step to be left, and what halts it.") @Default("{}") Gates gates,
        @Doc("The steps, in their order.") List<Step> steps) {
    private static final int STEPS_MAX = 100;

    public Plan {
        steps = List.copyOf(steps);
        if (!name.matches("[a-zA-Z0-9][a-zA-Z0-9._-]{0,63}")) {
            throw new IllegalArgumentException("name has 1 to 64 letters, digits, dots, dashes, underscores");
        }
        // Each is checked as the name of an engine.
        new Assignment(Assignment.ALL, Assignment.ALL, from);
        new Assignment(Assignment.ALL, Assignment.ALL, to);
        if (from.isEmpty() || to.isEmpty() || from.equals(to)) {
            throw new IllegalArgumentException("from and to are two engines");
        }
        if (steps.isEmpty() || steps.size() > STEPS_MAX) {
            throw new IllegalArgumentException("a plan has 1 to " + STEPS_MAX + " steps");
        }
    }

    /** One step: what changes, and how long it must be good. */
    @Doc("One step; exactly one of ingress, customers and share.")
    public record Step(@Doc("So many events in a hundred the new engine handles, such as 5%.") @Nullable String ingress,
            @Doc("These customers the new engine owns from here on.") @Nullable @OrAlone List<String> customers,
            @Doc("So many customers in a hundred it owns, such as 10%; at 100% all that ever come.") @Nullable String share,
            @Doc("So long its gates must pass before the next step.") @Default("10m") Duration hold) {
        public Step {
            customers = customers == null ? null : List.copyOf(customers);
            int given = (ingress == null ? 0 : 1) + (customers == null ? 0 : 1) + (share == null ? 0 : 1);
            if (given != 1) {
                throw new IllegalArgumentException("a step has exactly one of ingress, customers and share");
            }
            percent(ingress);
            percent(share);
            if (hold.isNegative()) {
                throw new IllegalArgumentException("hold is negative");
            }
        }

        /** In thousandths; -1 when the step is another. */
        int ingressMille() {
            return percent(ingress);
        }

        int shareMille() {
            return percent(share);
        }

        private static int percent(@Nullable String text) {
            if (text == null) {
                return -1;
            }
            if (!text.matches("\\d{1,3}(\\.\\d)?%") || Double.parseDouble(text.substring(0, text.length() - 1)) > 100) {
                throw new IllegalArgumentException(
                        "a share is from 0% to 100%, with at most one digit behind the point: \""
                                + text + "\"");
            }
            return (int) Math.round(Double.parseDouble(text.substring(0, text.length() - 1)) * 10);
        }

        /** In a few words. */
        String words() {
            return ingress != null
                    ? "ingress " + ingress
                    : share != null ? "share " + share : "customers " + String.join(", ", customers());
        }
    }

    /** What must hold. */
    @Doc("What must hold for a step to be left, and what halts it.")
    public record Gates(
            @Doc("More differences between the alerts of the two engines halt; compared once the new engine sees all events. -1: not compared.") @Default("0") int differencesMax,
            @Doc("So many events the new engine may be behind; it is waited until it is less.") @Default("10000") long lagMax,
            @Doc("So many events more than the old one's may be dead at the new engine in a step.") @Default("0") long deadMax,
            @Doc("The new engine raises at least so many alerts for each of the old one's.") @Default("0.5") double alertsMin,
            @Doc("At most so many.") @Default("2.0") double alertsMax,
            @Doc("A step that is so much longer without its gates passing halts.") @Default("1h") Duration patience) {
        public Gates {
            if (alertsMin < 0 || alertsMax < alertsMin || lagMax < 0 || deadMax < 0 || patience.isNegative()) {
                throw new IllegalArgumentException("gates are not negative, and alerts_max is not below alerts_min");
            }
        }
    }

    /** What came of reading one. @param plan null when it cannot be used */
    public record Read(@Nullable Plan plan, List<Problem> problems) {
    }

    /** @param name how problems call the text */
    public static Read read(String yaml, String name) {
        Outcome<Plan> outcome = ConfigFile.parse(yaml, name, Path.of("/"), Plan.class, _ -> null);
        return new Read(outcome.value().orElse(null), outcome.problems());
    }
}
