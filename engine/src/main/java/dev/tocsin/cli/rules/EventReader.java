package dev.tocsin.cli.rules;

import dev.tocsin.event.LogSource;
import tools.jackson.databind.JsonNode;

/** Reads an event of a file as the pipeline would, so that rules give the same answer here and there. */
@FunctionalInterface
public interface EventReader {
    /**
     * What rules see of an event, and from what kind of log it is.
     *
     * @param fields the vendor's own fields
     */
    record Reading(JsonNode fields, LogSource logSource) {
    }

    /** @param event one JSON object; not to be changed */
    Reading read(JsonNode event);
}
