package dev.tocsin.config;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A configuration with one of everything that a component can be. */
@Doc("A file with one of everything.")
record Sample(@Doc("Name of the node.") @Default("tocsin") String name, @Default("{}") LogConfig log,
        @Doc("What brings events in.") @Default("{}") Map<String, SourceConfig> sources,
        @Default("[]") List<String> tags, @Default("[]") List<StepConfig> steps, @Default("{}") Limits limits,
        @Nullable Secret token, @Default("{}") Map<String, String> words, @Default("") String prefix) {

    @Doc("The durable log.")
    record LogConfig(@Default("data") Path data, @Default("100ms") Duration commitInterval,
            @Default("10MiB") ByteSize segmentSize, @Default("true") boolean embedded) {
    }

    record Limits(@Default("10") int low, @Default("20") int high, @Default("0.5") double ratio,
            @Default("1000") long eventsMax) {
        Limits {
            if (low > high) {
                throw new IllegalArgumentException("low is above high: " + low + " > " + high);
            }
        }
    }

    sealed interface SourceConfig permits SyslogConfig, FileConfig, Remote {
    }

    @Doc("Listens for syslog.")
    @Tag("syslog")
    record SyslogConfig(@Default("127.0.0.1:5514") Endpoint listen, @Default("udp") Transport transport)
            implements
                SourceConfig {
    }

    @Tag("file")
    record FileConfig(@Doc("The file to follow.") Path path, @Nullable Integer lines, @Default("{}") Limits limits)
            implements
                SourceConfig {
    }

    sealed interface Remote extends SourceConfig permits HttpConfig {
    }

    @Tag("http")
    record HttpConfig(Endpoint listen, Secret token, @Default("[]") List<Duration> retries) implements Remote {
    }

    enum Transport {
        UDP,
        TCP,
        TLS_TCP
    }

    record StepConfig(String drop, @Nullable String reason) {
    }
}
