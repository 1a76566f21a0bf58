package dev.tocsin.source.api;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import tools.jackson.databind.JsonNode;

/**
 * What an answer had.
 *
 * @param count events of the whole window, where the API tells
 * @param next what opens the next page: an address, a word, or parameters; empty when the answer has nothing
 * @param more whether there is more, where the API tells apart from {@code next}
 */
record Page(List<Listed> events, OptionalLong count, Optional<JsonNode> next, Optional<Boolean> more) {
    /**
     * An event as it was listed.
     *
     * @param event with the id of the vendor, or {@code sha256:<hex>} of the content where it has none
     * @param hasId whether it has one of the vendor
     * @param timed whether it has a time that can be read
     */
    record Listed(ApiEvent event, boolean hasId, boolean timed) {
    }
}
