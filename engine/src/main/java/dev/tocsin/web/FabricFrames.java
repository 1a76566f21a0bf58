package dev.tocsin.web;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.Gap;
import dev.tocsin.fabric.Message;
import dev.tocsin.fabric.Receiver;
import dev.tocsin.fabric.data.BinValues;
import dev.tocsin.fabric.data.JsonValues;
import dev.tocsin.fabric.data.ValueException;
import dev.tocsin.node.control.TapRecord;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** What comes over the fabric as server-sent events. What is missing is an event {@code gap} at its place. */
final class FabricFrames {
    private FabricFrames() {
    }

    /** Records as {@code {"node":…,"record":{…}}}, gaps as {@code {"node":…,"missed":n}}. */
    static TapRecord.Receiver records(Consumer<byte[]> to) {
        return new TapRecord.Receiver() {
            @Override
            public void record(TapRecord tapped) {
                ByteArrayOutputStream data = new ByteArrayOutputStream(tapped.json().length + 64);
                data.writeBytes(Json.write(Json.object().put("node", tapped.node())));
                byte[] head = data.toByteArray();
                data.reset();
                data.write(head, 0, head.length - 1);
                data.writeBytes(",\"record\":".getBytes(StandardCharsets.US_ASCII));
                // The record stays as the log has it, byte by byte.
                data.writeBytes(tapped.json());
                data.write('}');
                to.accept(Frames.frame(tapped.id(), "", data.toByteArray()));
            }

            @Override
            public void missed(String node, long count) {
                to.accept(Frames.frame("", "gap", Json.write(Json.object().put("node", node).put("missed", count))));
            }
        };
    }

    /** Messages as the wire has them, with their topic; gaps as {@code {"topic":…,"missed":n}}. */
    static Receiver messages(Consumer<byte[]> to) {
        return new Receiver() {
            @Override
            public void message(Message message) {
                ObjectNode data = Json.object().put("topic", message.topic());
                try {
                    data.setAll((ObjectNode) Json.read(JsonValues.write(BinValues.read(message.payload()))));
                } catch (ValueException e) {
                    data.put("unreadable", e.getMessage());
                }
                to.accept(Frames.frame("", "", Json.write(data)));
            }

            @Override
            public void gap(Gap gap) {
                to.accept(Frames.frame("", "gap", Json.write(Json.object().put("topic", gap.topic()).put("missed", gap
                        .count()))));
            }
        };
    }
}
