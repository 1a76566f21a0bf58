package dev.tocsin.process;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One entry of {@code steps:}; exactly one of {@code filter}, {@code drop}, {@code set} and {@code lookup} is given. */
@Doc("A step that keeps, drops, changes or enriches events, by CEL expressions over event, customer, source and logsource.")
public record StepConfig(
        @Doc("Keep only events for which this CEL expression is true; the others are dropped with the reason.") @Nullable String filter,
        @Doc("Drop events for which this CEL expression is true, with the reason.") @Nullable String drop,
        @Doc("Fields to set: dotted path to CEL expression; null removes the field. Never event.original, vendor, tocsin, @timestamp.") @Default("{}") Map<String, String> set,
        @Doc("Why events are dropped: a short snake_case word that the ledger counts by.") @Nullable String reason,
        @Doc("The step is applied only to events for which this CEL expression is true.") @Nullable String when,
        @Doc("Enrich the event from a store.") @Nullable LookupConfig lookup) {
    /** Without a lookup. */
    public StepConfig(@Nullable String filter, @Nullable String drop, Map<String, String> set, @Nullable String reason,
            @Nullable String when) {
        this(filter, drop, set, reason, when, null);
    }
}
