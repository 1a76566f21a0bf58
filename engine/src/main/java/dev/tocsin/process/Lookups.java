package dev.tocsin.process;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The tables that events can be enriched from, by the name of their store. */
@FunctionalInterface
public interface Lookups {
    /** Where there are no stores: every question fails, and the event goes on as it is. */
    Lookups NONE = (store, _) -> missing(store, new LookupCounts());

    /** Never null: for a store that is not here comes {@link #missing}. */
    Lookup open(String store, LookupMatch match);

    /** A table that is not there. */
    static Lookup missing(String store, LookupCounts counts) {
        return new Lookup() {
            @Override
            public @Nullable JsonNode find(String text) {
                throw new IllegalStateException("there is no store " + store + " here");
            }

            @Override
            public boolean isReady() {
                return true;
            }

            @Override
            public LookupCounts counts() {
                return counts;
            }
        };
    }
}
