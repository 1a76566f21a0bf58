package dev.tocsin.sigma;

import dev.tocsin.sigma.FieldConditions.FieldCondition;
import dev.tocsin.sigma.ItemConditions.ItemCondition;
import dev.tocsin.sigma.RuleConditions.RuleCondition;
import org.jspecify.annotations.Nullable;

/**
 * A transformation and when it applies.
 *
 * @param id by which conditions of later steps know it; empty when it has none
 */
record PipelineStep(String id, StepConditions<RuleCondition> rules, StepConditions<ItemCondition> items,
        StepConditions<FieldCondition> fields, Transformation transformation) {

    /** What a step does to a rule. */
    @FunctionalInterface
    interface Transformation {
        /** @throws RuleRefused when the rule cannot be used with this pipeline */
        void apply(RuleDraft draft, PipelineStep step);
    }

    void run(RuleDraft draft) {
        if (rules.hold(condition -> condition.holds(draft))) {
            transformation.apply(draft, this);
            draft.applied(id);
        }
    }

    boolean isFor(RuleDraft draft, Detection.Item item) {
        return items.hold(condition -> condition.holds(draft, item))
                && fields.hold(condition -> condition.holds(draft, item));
    }

    boolean isForField(RuleDraft draft, @Nullable String field) {
        return fields.hold(condition -> condition.holds(draft, field));
    }
}
