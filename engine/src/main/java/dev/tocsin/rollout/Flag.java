package dev.tocsin.rollout;

import dev.tocsin.rollout.Decision.Reason;
import dev.tocsin.rollout.logic.Expression;
import dev.tocsin.rollout.logic.Expression.Constant;
import dev.tocsin.rollout.logic.LogicException;
import dev.tocsin.rollout.logic.Scope;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A flag, ready to decide. Immutable.
 *
 * @param variants what each means, when the targeting chooses it
 * @param standard the default variant, when the targeting chooses none; null when there is no default
 * @param targeting answers the name of a variant, or null for the default
 * @param engines that the targeting names
 * @param problem why it cannot be used, or empty
 */
record Flag(String key, boolean isEnabled, Map<String, Decision> variants, @Nullable Decision standard,
        Expression targeting, Set<String> engines, String problem) {

    static Flag broken(String key, String problem) {
        return new Flag(key, false, Map.of(), null, new Constant(null), Set.of(), problem);
    }

    /** @param variants whether the gate is open, by the name of the variant */
    static Flag of(String key, boolean isEnabled, Map<String, Boolean> variants, @Nullable String defaultVariant,
            Expression targeting, Set<String> engines) {
        Map<String, Decision> chosen = new HashMap<>();
        variants.forEach(
                (name, open) -> chosen.put(name, decision(name, open, Reason.TARGETING_MATCH, "by targeting")));
        Boolean isOpen = defaultVariant == null ? null : variants.get(defaultVariant);
        boolean isStatic = targeting instanceof Constant c && c.content() == null;
        Decision standard = defaultVariant == null || isOpen == null
                ? null
                : isStatic
                        ? decision(defaultVariant, isOpen, Reason.STATIC, "the default; there is no targeting")
                        : decision(defaultVariant, isOpen, Reason.DEFAULT, "the default; the targeting chose none");
        return new Flag(key, isEnabled, Map.copyOf(chosen), standard, targeting, Set.copyOf(engines), "");
    }

    private static Decision decision(String variant, boolean isOpen, Reason reason, String how) {
        return new Decision(isOpen ? Passage.OPEN : Passage.CLOSED, variant, reason, "variant " + variant + ", " + how);
    }

    /** What holds for the engine whatever the event, or null. */
    @Nullable
    Decision forAll(String engine, boolean isNamed) {
        if (!problem.isEmpty()) {
            return Decision.held(Reason.ERROR, key + " cannot be used: " + problem);
        }
        if (!isEnabled) {
            return Decision.held(Reason.DISABLED, key + " is disabled");
        }
        if (isNamed && !engines.contains(engine)) {
            return Decision.held(Reason.UNNAMED, key + " does not name engine " + engine
                    + ": an engine that no flag names has its gates closed");
        }
        return null;
    }

    Decision decide(Scope scope) {
        return decide(targeting, scope);
    }

    /** @param rule the targeting, or what is left of it when it was folded */
    Decision decide(Expression rule, Scope scope) {
        Object chosen;
        try {
            chosen = rule.value(scope);
        } catch (LogicException e) {
            return Decision.held(Reason.ERROR, key + " cannot be evaluated: " + e.getMessage());
        }
        if (chosen == null) {
            return standard != null
                    ? standard
                    : Decision.held(Reason.ERROR, key + ": the targeting chose no variant, and there is no default");
        }
        Decision decision = variants.get(chosen.toString());
        return decision != null
                ? decision
                : Decision.held(Reason.ERROR, key + ": the targeting chose \"" + chosen + "\", which is no variant");
    }
}
