package dev.tocsin.sink;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One entry of {@code sinks:}, chosen by its {@code type}. */
public sealed interface SinkConfig permits FileSinkConfig, StdoutSinkConfig, SyslogSinkConfig, RelpSinkConfig,
        SplunkHecSinkConfig, OpenSearchSinkConfig, WebhookSinkConfig, KafkaSinkConfig {
    /** What is delivered. */
    SinkStream stream();

    /** How it and its receiver know each other; null for sinks that need none, and for what Java does by itself. */
    default @Nullable TlsConfig tls() {
        return null;
    }

    /** Something that would go to another machine for all to read and to forge, and that nobody has allowed. */
    default Optional<ClearText> clearText() {
        return Optional.empty();
    }

    /**
     * @param setting that says where to
     * @param to as it is written there
     * @param remedy what to write so that it is encrypted
     */
    record ClearText(String setting, String to, String remedy) {
    }
}
