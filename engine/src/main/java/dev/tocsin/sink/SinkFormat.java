package dev.tocsin.sink;

/** How a sink writes an alert or event as one line. */
public enum SinkFormat {
    /** One JSON object. */
    JSON,
    /** For people. */
    TEXT,
    /** ArcSight's Common Event Format, version 0. */
    CEF,
    /** IBM's Log Event Extended Format 2.0. */
    LEEF,
    /** LEEF 1.0, for receivers that do not know 2.0. */
    LEEF1,
    /** {@code key="value"} for each leaf of the JSON. */
    KV,
    /** The event as it came, in one line; an alert as JSON. */
    ORIGINAL
}
