package dev.tocsin.cli.rules;

import dev.tocsin.event.Json;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** The events of a file of JSON lines, plain or gzip, as the pipeline would see them. Lines that are none are said and counted. */
final class EventFile implements Closeable {
    private static final int SHOWN_BAD_MAX = 10;

    private final String file;
    private final Lines lines;
    private final EventReader reader;
    private final Output output;
    private long bytes;
    private long bad;

    /** An event and what rules see of it. */
    record Entry(JsonNode raw, EventReader.Reading reading) {
    }

    private EventFile(String file, Lines lines, EventReader reader, Output output) {
        this.file = file;
        this.lines = lines;
        this.reader = reader;
        this.output = output;
    }

    /** @param file a path, or {@code -} for standard input */
    static EventFile open(String file, EventReader reader, Output output) throws IOException {
        if (!file.equals("-")) {
            output.existing(List.of(Path.of(file)));
        }
        return new EventFile(file, Lines.open(file), reader, output);
    }

    /** The next event, null when there is none. */
    @Nullable
    Entry next() throws IOException {
        for (Lines.Line line = lines.next(); line != null; line = lines.next()) {
            bytes += line.bytes().length + 1;
            if (new String(line.bytes(), StandardCharsets.UTF_8).isBlank()) {
                continue;
            }
            try {
                JsonNode event = Json.read(line.bytes());
                if (event.isObject() && !line.cut()) {
                    return new Entry(event, reader.read(event));
                }
                bad(line, line.cut() ? "longer than " + Json.DOCUMENT_BYTES_MAX + " bytes" : "not a JSON object");
            } catch (JacksonException e) {
                bad(line, "not JSON: " + e.getOriginalMessage());
            }
        }
        return null;
    }

    private void bad(Lines.Line line, String why) {
        if (++bad <= SHOWN_BAD_MAX) {
            output.said(file + ":" + line.number() + ": " + why);
        }
    }

    /** How many bytes of lines were read. */
    long bytes() {
        return bytes;
    }

    /** Lines that are no events. */
    long bad() {
        return bad;
    }

    @Override
    public void close() throws IOException {
        lines.close();
    }
}
