package dev.tocsin.sink;

import dev.tocsin.base.ByteSize;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;
import java.nio.file.Path;

/** A file of lines. */
@Tag("file")
@Doc("Appends one line for each alert or event; after a crash each line is there exactly once.")
public record FileSinkConfig(@Doc("What is written: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("The file. If the stream has several partitions, each has its own: alerts.jsonl becomes alerts-p0.jsonl and so on.") Path path,
        @Doc("Size at which the file is set aside as path.1, path.2, … and a new one begun.") @Default("100MiB") ByteSize rotate,
        @Doc("How many files that were set aside are kept, the newest; 0 keeps all.") @Default("0") int keep,
        @Doc("json: one JSON object in a line; cef, leef (2.0), leef1 (1.0): for a SIEM; kv: key=\"value\"; original: the event as it came; text: for people.") @Default("json") SinkFormat format)
        implements
            SinkConfig {
    public FileSinkConfig {
        if (rotate.bytes() == 0) {
            throw new IllegalArgumentException("rotate must be more than 0 bytes");
        }
        if (keep < 0) {
            throw new IllegalArgumentException("keep cannot be negative: " + keep);
        }
    }
}
