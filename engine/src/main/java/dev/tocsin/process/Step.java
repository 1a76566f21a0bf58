package dev.tocsin.process;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A compiled step. {@code where} names it for people, {@code when} decides whether it concerns an event. */
sealed interface Step {
    String where();

    @Nullable
    Expression when();

    record Filter(String where, @Nullable Expression when, Expression keep, String reason) implements Step {
    }

    record Drop(String where, @Nullable Expression when, Expression condition, String reason) implements Step {
    }

    record Set(String where, @Nullable Expression when, List<Field> fields) implements Step {
    }

    /** @param onMiss what goes there when the table does not know the value; null: nothing */
    record Look(String where, @Nullable Expression when, String key, List<String> into, Lookup table,
            @Nullable String onMiss) implements Step {
    }

    /** One assignment; the path has the names of the nested objects and, last, of the field. */
    record Field(List<String> path, Expression value) {
    }
}
