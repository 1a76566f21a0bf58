package dev.tocsin.process;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A table that is here, as one step asks it: no answer comes over a network. Usable by any thread.
 *
 * <p>What it says may be another thing for the same text a moment later. The process stage writes it into the event, so
 * whoever reads the event afterwards, and however often, sees what was so when it was processed.
 */
public interface Lookup {
    /**
     * What the table says about the text.
     *
     * @return the caller's own to change; null if the table says nothing
     * @throws RuntimeException if the table cannot be read, or what it says is too large for an event
     */
    @Nullable
    JsonNode find(String text);

    /** Whether the table has been whole once since the start; or has had its time, and is used as it is. */
    boolean isReady();

    LookupCounts counts();
}
