package dev.tocsin.cli.demo;

import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import tools.jackson.databind.JsonNode;

/**
 * One event on its way to the node.
 *
 * @param customer whose access token is used where the transport has one
 * @param source what the sender says it is: HEC's {@code sourcetype}, or the last part of {@code /ingest/<source>}
 * @param prefix goes before the body on transports that carry text, such as a syslog header
 * @param body a JSON string for plain text
 */
record Message(Via via, String customer, String source, String prefix, JsonNode body, Instant time) {

    /** As a line-based transport carries it. */
    String text() {
        return prefix + (body.isString() ? body.stringValue() : new String(Json.write(body), StandardCharsets.UTF_8));
    }
}
