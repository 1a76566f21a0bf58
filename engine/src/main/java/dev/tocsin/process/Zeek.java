package dev.tocsin.process;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import dev.tocsin.event.LogSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Zeek's JSON logs. Which log a line is from stands in {@code _path} (JSON streaming logs, Corelight), in {@code @stream}
 * (Zeek's Kafka writer with tags), or only in what carried it: the HEC source type, the file's name, the source's log
 * source hint. Dotted names such as {@code id.orig_h} stay keys.
 */
final class Zeek {
    private static final Pattern SOURCE_TYPE = Pattern
            .compile("(?i)^(?:zeek|bro|corelight)[:_-]([a-z0-9_]+?)(?:[:_]json)?$");
    private static final Pattern FILE = Pattern
            .compile("(?:^|[/\\\\])([a-z][a-z0-9_]*)\\.(?:[^/\\\\]*\\.)?(?:log|json)(?:\\.gz)?$");

    private Zeek() {
    }

    /** @return null when neither the object nor what carried it says Zeek */
    static @Nullable Parsed parse(ObjectNode raw, Intake in) {
        String stream = stream(raw, in);
        boolean own = raw.path("_path").isString() || raw.path("@stream").isString() && raw.has("ts");
        boolean shape = raw.has("ts")
                && (raw.has("id.orig_h") || raw.has("id_orig_h") || raw.path("fuid").isString());
        boolean told = in.format() == Format.ZEEK || "zeek".equals(in.hint().product())
                || SOURCE_TYPE.matcher(sourceType(in)).find();
        return own || shape || told ? parsed(raw, stream, in.created()) : null;
    }

    private static Parsed parsed(ObjectNode raw, @Nullable String stream, Instant arrival) {
        return Parsed.of(Format.ZEEK, raw, Timestamps.first(raw, arrival, "ts", "_write_ts")).withStream(stream);
    }

    private static @Nullable String stream(ObjectNode raw, Intake in) {
        for (String name : new String[]{"_path", "@stream"}) {
            JsonNode value = raw.path(name);
            if (value.isString() && !value.asString().isEmpty()) {
                return value.asString();
            }
        }
        LogSource hint = in.hint();
        if ("zeek".equals(hint.product()) && hint.service() != null) {
            return hint.service();
        }
        Matcher type = SOURCE_TYPE.matcher(sourceType(in));
        if (type.find()) {
            return type.group(1);
        }
        Matcher file = FILE.matcher(in.tocsin().path("file").path("path").asString(""));
        return file.find() ? file.group(1) : null;
    }

    private static String sourceType(Intake in) {
        return in.tocsin().path("hec").path("sourcetype").asString("");
    }
}
