package dev.tocsin.sigma;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The meaning of one entry under {@code detection:}. */
public sealed interface Detection {

    /** A mapping: all must hold. */
    record AllOf(List<Detection> parts) implements Detection {
        public AllOf {
            parts = List.copyOf(parts);
        }
    }

    /** A list: one must hold. */
    record AnyOf(List<Detection> parts) implements Detection {
        public AnyOf {
            parts = List.copyOf(parts);
        }
    }

    /**
     * A field and what its value must be.
     *
     * @param written field and modifiers as the rule has them
     * @param test what it asks
     */
    record Item(String written, FieldTest test, int line, int column) implements Detection {
    }

    /**
     * What an item asks, without where it stands, so that equal items of several rules are equal.
     *
     * @param field the field's name; null for keywords, which look into every value of the event
     * @param all whether each value must be met (by some element of the field), not only one
     * @param negated whether the whole is turned round ({@code neq})
     */
    record FieldTest(@Nullable String field, List<ValueTest> values, boolean all, boolean negated) {
        public FieldTest {
            values = List.copyOf(values);
        }
    }
}
