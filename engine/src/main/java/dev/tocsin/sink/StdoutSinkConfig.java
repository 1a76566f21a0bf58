package dev.tocsin.sink;

import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.config.Tag;

/** The terminal, or whatever standard output is. */
@Tag("stdout")
@Doc("Writes a line for each alert or event to standard output; after a crash a line may come twice.")
public record StdoutSinkConfig(@Doc("What is written: alerts or events.") @Default("alerts") SinkStream stream,
        @Doc("text: a line for people, coloured on a terminal unless NO_COLOR is set; json: one JSON object; cef, leef (2.0), leef1 (1.0): for a SIEM; kv: key=\"value\"; original: the event as it came.") @Default("text") SinkFormat format)
        implements
            SinkConfig {
}
