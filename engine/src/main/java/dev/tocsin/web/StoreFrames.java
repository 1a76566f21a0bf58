package dev.tocsin.web;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.JsonWriter;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.store.StoreEvent;
import dev.tocsin.fabric.store.StoreWatcher;
import java.util.Locale;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** A watch of a store as server-sent events: {@code begin}, {@code entry} for each, {@code ready}, then the changes. */
final class StoreFrames implements StoreWatcher {
    private final Consumer<byte[]> out;

    /** @param out waits while its reader is slow */
    StoreFrames(Consumer<byte[]> out) {
        this.out = out;
    }

    /** As the wire writes it, but that no digit is left out. */
    static JsonNode typed(Value value) {
        JsonWriter out = new JsonWriter(JsonWriter.Precision.EXACT);
        out.value(value);
        return Json.read(out.toByteArray());
    }

    @Override
    public void begin(long revision) {
        send("begin", Json.object().put("revision", revision));
    }

    @Override
    public void entry(Value key, Value value, long revision) {
        ObjectNode json = Json.object();
        put(json, "key", key);
        put(json, "value", value);
        send("entry", json.put("revision", revision));
    }

    @Override
    public void ready() {
        send("ready", Json.object());
    }

    @Override
    public void event(StoreEvent event) {
        ObjectNode json = Json.object();
        if (event.kind() != StoreEvent.Kind.CLEAR) {
            put(json, "key", event.key());
        }
        put(json, "value", event.value());
        put(json, "old", event.old());
        json.put("revision", event.revision()).put("publisher", event.publisher());
        if (event.spanMillis() > 0) {
            json.put("expiry_millis", event.spanMillis());
        }
        send(event.kind().name().toLowerCase(Locale.ROOT), json);
    }

    private static void put(ObjectNode json, String name, @Nullable Value value) {
        if (value != null) {
            json.set(name, PlainJson.write(value));
            json.set(name + "_typed", typed(value));
        }
    }

    private void send(String kind, JsonNode json) {
        out.accept(Frames.frame("", kind, Json.write(json)));
    }
}
