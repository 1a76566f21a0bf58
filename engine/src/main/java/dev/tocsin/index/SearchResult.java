package dev.tocsin.index;

import dev.tocsin.event.EventId;
import java.time.Instant;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** An answer of the index: how many documents match in all, and the newest of them. */
public record SearchResult(long total, List<Hit> hits, long tookMillis) {
    /** One document as it was indexed. */
    public record Hit(EventId id, String kind, String index, Instant time, JsonNode document) {
    }
}
