package dev.tocsin.source;

/** What a source's {@code type:} chooses. */
public sealed interface SourceConfig permits SyslogSourceConfig, HttpSourceConfig, FileSourceConfig, ApiSourceConfig {
    /** Whose the events are, where nothing nearer (a token) says so. */
    String customer();

    /** How the events are written; {@code auto} lets the parser find out. */
    String format();

    /** What kind of log it is, where the configuration knows. */
    LogSourceHint logsource();
}
