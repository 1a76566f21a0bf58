package dev.tocsin.sink;

/** One entry of {@code sinks:}, chosen by its {@code type}. */
public sealed interface SinkConfig permits FileSinkConfig, StdoutSinkConfig, SyslogSinkConfig {
    /** What is delivered. */
    SinkStream stream();
}
