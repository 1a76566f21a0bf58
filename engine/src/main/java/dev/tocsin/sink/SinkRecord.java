package dev.tocsin.sink;

import dev.tocsin.event.Event;
import dev.tocsin.event.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/** An alert or event as the formats of other systems ask for it: a kind, a name, a severity, and fields by their ECS path. */
final class SinkRecord {
    static final String VENDOR = "Tocsin";
    static final String PRODUCT = "Tocsin";
    static final String VERSION = Objects
            .requireNonNullElse(SinkRecord.class.getPackage().getImplementationVersion(), "0");

    private final Event event;
    private final JsonNode body;

    SinkRecord(Event event) {
        this.event = event;
        this.body = Json.read(event.json());
    }

    Event event() {
        return event;
    }

    String id() {
        return event.id().toString();
    }

    boolean isAlert() {
        return text("event.kind").equals("alert");
    }

    /**
     * Vendor, product and version of what the record is from: of whoever observed an event, where it says so, and for alerts
     * and all others Tocsin.
     */
    List<String> device() {
        String vendor = text("observer.vendor");
        String product = text("observer.product");
        return isAlert() || vendor.isEmpty() || product.isEmpty()
                ? List.of(VENDOR, PRODUCT, VERSION)
                : List.of(vendor, product, first(text("observer.version"), "0"));
    }

    SinkSeverity severity() {
        if (isAlert()) {
            return SinkSeverity.ofRule(text("rule.level"));
        }
        String level = text("log.level");
        // Vendors that know two levels only say whether an event is critical, as a boolean or as a text.
        return level.isEmpty() ? SinkSeverity.ofCritical(text("critical")) : SinkSeverity.ofLog(level);
    }

    /** What all records of this kind have in common: the rule's id, or the event's code or action. */
    String signature() {
        return isAlert()
                ? first(text("rule.id"), "alert")
                : first(text("event.code"), text("event.action"), text("event.dataset"), event.source(), "event");
    }

    /** For people: the rule's title, or what the event did. */
    String name() {
        return isAlert()
                ? first(text("rule.title"), "alert")
                : first(text("event.action"), text("event.dataset"), event.source(), "event");
    }

    String message() {
        return isAlert() ? text("summary") : first(text("message"), text("event.original"));
    }

    /** The events of an alert, the tags of a rule and the like, joined by commas. */
    String text(String path) {
        JsonNode node = body;
        for (String name : path.split("\\.")) {
            node = node.path(name);
        }
        if (!node.isArray()) {
            return text(node);
        }
        StringBuilder all = new StringBuilder();
        for (JsonNode each : node) {
            all.append(all.isEmpty() ? "" : ",").append(text(each));
        }
        return all.toString();
    }

    private static String text(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return "";
        }
        return node.isValueNode() ? node.asString() : new String(Json.write(node), StandardCharsets.UTF_8);
    }

    /** The first that is not empty, or an empty one. */
    static String first(String... texts) {
        for (String text : texts) {
            if (!text.isEmpty()) {
                return text;
            }
        }
        return "";
    }

    /** Headers and other places that have no escape for it: every line end and tab is a blank. */
    static String flat(String text) {
        return text.replace('\n', ' ').replace('\r', ' ').replace('\t', ' ');
    }
}
