package dev.tocsin.sink;

/** One entry of {@code sinks:}, chosen by its {@code type}. */
public sealed interface SinkConfig permits FileSinkConfig, StdoutSinkConfig {
    /** What is delivered. */
    SinkStream stream();
}
