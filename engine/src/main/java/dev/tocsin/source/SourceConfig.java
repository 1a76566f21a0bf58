package dev.tocsin.source;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a source's {@code type:} chooses. */
public sealed interface SourceConfig permits SyslogSourceConfig, RelpSourceConfig, HttpSourceConfig, FileSourceConfig,
        KafkaSourceConfig, ZeekSourceConfig, ApiSourceConfig {
    /** Whose the events are, where nothing nearer (a token) says so. */
    String customer();

    /** How the events are written; {@code auto} lets the parser find out. */
    String format();

    /** What kind of log it is, where the configuration knows. */
    LogSourceHint logsource();

    /** After how much silence an alarm is raised; null for never. */
    default @Nullable Duration silentAfter() {
        return null;
    }
}
