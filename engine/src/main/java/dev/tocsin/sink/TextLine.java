package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import tools.jackson.databind.JsonNode;

/**
 * An alert or event as one line for people: time (UTC), level, title, user@host, summary.
 *
 * <p>What comes out of events is shown without control and formatting characters: an attacker who writes into a log must
 * not be able to clear the screen, forge a line, or reverse the reading order.
 *
 * @param colour whether to colour by level
 */
record TextLine(boolean colour) {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss")
            .withZone(ZoneOffset.UTC);
    private static final String DIM = "2";

    String of(Event event) {
        JsonNode body = Json.read(event.json());
        return body.path("event").path("kind").asString("").equals("alert")
                ? alert(event, body)
                : event(event, body);
    }

    private String alert(Event event, JsonNode body) {
        String level = text(body.path("rule").path("level"));
        String who = who(body);
        return paint(DIM, TIME.format(event.time())) + "  "
                + paint(colourOf(level), String.format("%-8s", level.toUpperCase(Locale.ROOT))) + "  "
                + paint("1", text(body.path("rule").path("title"))) + (who.isEmpty() ? "" : "  " + paint("36", who))
                + "  " + text(body.path("summary"));
    }

    private String event(Event event, JsonNode body) {
        String who = who(body);
        String message = text(body.path("message"));
        return paint(DIM, TIME.format(event.time())) + "  " + paint("1", safe(event.source()))
                + (who.isEmpty() ? "" : "  " + paint("36", who)) + "  "
                + (message.isEmpty() ? text(body.path("event").path("original")) : message);
    }

    private static String who(JsonNode body) {
        String user = text(body.path("user").path("name"));
        String host = text(body.path("host").path("name"));
        return user + (user.isEmpty() || host.isEmpty() ? "" : "@") + host;
    }

    private static String colourOf(String level) {
        return switch (level) {
            case "critical" -> "1;37;41";
            case "high" -> "31";
            case "medium" -> "33";
            case "low" -> "34";
            // Informational, and whatever a rule's author made up.
            default -> DIM;
        };
    }

    private String paint(String code, String text) {
        return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
    }

    private static String text(JsonNode node) {
        return node.isValueNode() && !node.isNull() && !node.isMissingNode() ? safe(node.asString()) : "";
    }

    private static String safe(String text) {
        StringBuilder safe = new StringBuilder(text.length());
        text.codePoints().forEach(c -> safe.appendCodePoint(switch (Character.getType(c)) {
            case Character.CONTROL -> c == '\t' || c == '\n' || c == '\r' ? ' ' : '\uFFFD';
            case Character.FORMAT, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                '\uFFFD';
            default -> c;
        }));
        return safe.toString();
    }
}
