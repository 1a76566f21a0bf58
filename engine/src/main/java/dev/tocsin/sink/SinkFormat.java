package dev.tocsin.sink;

/** How a sink writes: one JSON object in a line, or a line for people. */
public enum SinkFormat {
    JSON,
    TEXT
}
