package dev.tocsin.web;

import dev.tocsin.event.EventId;
import dev.tocsin.event.Json;
import dev.tocsin.health.Level;
import io.javalin.http.Context;
import java.util.Locale;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;
import tools.jackson.databind.ser.std.ToStringSerializer;

/** The records of the house as JSON: names as in the records, instants ISO 8601, ids 32 hex digits, levels words. */
final class ApiJson {
    private static final JsonMapper MAPPER = Json
            .mapper().rebuild().addModule(new SimpleModule("tocsin")
                    .addSerializer(new ToStringSerializer(EventId.class)).addSerializer(new LevelSerializer()))
            .build();

    private ApiJson() {
    }

    static byte[] write(Object value) {
        return MAPPER.writeValueAsBytes(value);
    }

    static void send(Context ctx, Object value) {
        ctx.contentType("application/json").result(write(value));
    }

    private static final class LevelSerializer extends StdSerializer<Level> {
        LevelSerializer() {
            super(Level.class);
        }

        @Override
        public void serialize(Level level, JsonGenerator out, SerializationContext context) {
            out.writeString(level.name().toLowerCase(Locale.ROOT));
        }
    }
}
