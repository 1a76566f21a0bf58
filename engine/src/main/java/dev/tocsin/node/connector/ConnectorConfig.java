package dev.tocsin.node.connector;

import dev.tocsin.base.Endpoint;
import dev.tocsin.config.Default;
import dev.tocsin.config.Doc;
import dev.tocsin.node.TocsinConfig;
import dev.tocsin.process.ProcessConfig;
import dev.tocsin.sink.SinkConfig;
import dev.tocsin.source.ApiSourceConfig;
import dev.tocsin.source.SourceConfig;
import dev.tocsin.source.state.KafkaStateConfig;
import dev.tocsin.source.state.StateConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Settings of {@code tocsin connector}. */
@Doc("An event connector alone: event APIs to outputs, without a log between them.")
public record ConnectorConfig(
        @Doc("Its name, the same for all connectors that stand by for each other; its state is kept by it.") @Default("connector") String name,
        @Doc("The site; stands in the origin of each event.") @Default("{}") TocsinConfig.Site site,
        @Doc("Name of this machine, unique among those that stand by for each other; the system's host name when left out.") @Nullable String host,
        @Doc("What is polled, by a name of your choice; type: api.") Map<String, SourceConfig> sources,
        @Doc("Filters and changes, as in a node.") @Default("{}") ProcessConfig process,
        @Doc("Where every event is written, by a name of your choice; stream is not looked at, there are only events.") @Default("{stdout: {type: stdout, format: original}}") Map<String, SinkConfig> sinks,
        @Doc("Where the connector keeps its place, and who leads.") @Default("{type: file}") StateConfig state,
        @Doc("The file for events that cannot be read, or that an output refuses, with the cause.") @Default("dead.jsonl") Path dead,
        @Doc("Where to serve /health and /metrics; nowhere when left out.") @Nullable Endpoint listen) {

    public ConnectorConfig {
        TocsinConfig.requireName("name", name);
        if (host != null) {
            TocsinConfig.requireName("host", host);
        }
        if (sources.isEmpty()) {
            throw new IllegalArgumentException("sources names nothing to poll");
        }
        sources.forEach((source, config) -> {
            if (!(config instanceof ApiSourceConfig)) {
                throw new IllegalArgumentException("sources." + source
                        + " is not of type api; what is sent to Tocsin needs a node, `tocsin run`");
            }
        });
        if (sinks.isEmpty()) {
            throw new IllegalArgumentException("sinks names nowhere to write to; leave it out for standard output");
        }
        if (state instanceof KafkaStateConfig) {
            throw new IllegalArgumentException(
                    "state of type kafka needs a node, `tocsin run`; take redis, s3 or file");
        }
    }
}
