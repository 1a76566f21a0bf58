package dev.tocsin.web;

import dev.tocsin.event.Json;
import io.javalin.http.Context;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/**
 * An error as {@code application/problem+json} (RFC 9457), with a hint beside its standard members.
 *
 * @param detail what is wrong with this request, without a full stop
 * @param hint what to do about it, or empty
 */
record ProblemDocument(int status, String title, String detail, String hint) {
    static final String CONTENT_TYPE = "application/problem+json";

    /** What the caller may know of a failure inside: that it happened. The log has the rest. */
    static final ProblemDocument INTERNAL = new ProblemDocument(500, "Internal error",
            "the node failed to answer this request", "the node's log says why");

    byte[] json() {
        ObjectNode node = Json.object();
        node.put("type", "urn:tocsin:problem:" + title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"));
        node.put("title", title).put("status", status).put("detail", detail).put("hint", hint);
        return Json.write(node);
    }

    void send(Context ctx) {
        ctx.status(status).contentType(CONTENT_TYPE).result(json());
    }
}
