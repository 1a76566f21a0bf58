package dev.tocsin.rollout;

import dev.tocsin.rollout.Decision.Reason;
import dev.tocsin.rollout.logic.Expression;
import dev.tocsin.rollout.logic.Expression.Constant;
import dev.tocsin.rollout.logic.LogicException;
import dev.tocsin.rollout.logic.Scope;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A flag, ready to decide. Immutable.
 *
 * @param variants what each means: whether the gate is open
 * @param targeting answers the name of a variant, or null for the default
 * @param engines that the targeting names
 * @param problem why it cannot be used, or empty
 */
record Flag(String key, boolean isEnabled, Map<String, Boolean> variants, @Nullable String defaultVariant,
        Expression targeting, Set<String> engines, String problem) {

    static Flag broken(String key, String problem) {
        return new Flag(key, false, Map.of(), null, new Constant(null), Set.of(), problem);
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
        boolean isStatic = targeting instanceof Constant c && c.content() == null;
        String variant = chosen == null ? defaultVariant : chosen.toString();
        if (variant == null) {
            return Decision.held(Reason.ERROR, key + ": the targeting chose no variant, and there is no default");
        }
        Boolean open = variants.get(variant);
        if (open == null) {
            return Decision.held(Reason.ERROR, key + ": the targeting chose \"" + variant + "\", which is no variant");
        }
        Reason reason = isStatic ? Reason.STATIC : chosen == null ? Reason.DEFAULT : Reason.TARGETING_MATCH;
        return new Decision(open ? Passage.OPEN : Passage.CLOSED, variant, reason, switch (reason) {
            case STATIC -> "variant " + variant + ", the default; there is no targeting";
            case DEFAULT -> "variant " + variant + ", the default; the targeting chose none";
            default -> "variant " + variant + " by targeting";
        });
    }
}
