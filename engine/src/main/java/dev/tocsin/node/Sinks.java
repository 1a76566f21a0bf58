package dev.tocsin.node;

import dev.tocsin.base.Problem;
import dev.tocsin.log.Stage;
import dev.tocsin.sink.FileSink;
import dev.tocsin.sink.FileSinkConfig;
import dev.tocsin.sink.KafkaSink;
import dev.tocsin.sink.KafkaSinkConfig;
import dev.tocsin.sink.OpenSearchSink;
import dev.tocsin.sink.OpenSearchSinkConfig;
import dev.tocsin.sink.RelpSink;
import dev.tocsin.sink.RelpSinkConfig;
import dev.tocsin.sink.SinkConfig;
import dev.tocsin.sink.SinkCounts;
import dev.tocsin.sink.SplunkHecSink;
import dev.tocsin.sink.SplunkHecSinkConfig;
import dev.tocsin.sink.StdoutSink;
import dev.tocsin.sink.StdoutSinkConfig;
import dev.tocsin.sink.SyslogSink;
import dev.tocsin.sink.SyslogSinkConfig;
import dev.tocsin.sink.WebhookSink;
import dev.tocsin.sink.WebhookSinkConfig;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.Objects;
import java.util.function.Consumer;

/** Makes sinks of their settings. */
public final class Sinks {
    private Sinks() {
    }

    /**
     * Who a sink works for.
     *
     * @param node name of the node or machine
     * @param writer by which a target knows this sink from those of other installations
     * @param partitions of what the sink reads
     * @param epoch of a connector's term, which may take over from a process that is only paused, and sends what it sends
     *            again in another order than before; 0 for a node
     */
    public record Place(String node, String writer, int partitions, long epoch) {
        boolean isConnector() {
            return epoch > 0;
        }
    }

    /**
     * Opens nothing yet.
     *
     * @param alarms told of what needs a person
     */
    public static Stage open(SinkConfig config, Place place, Consumer<Problem> alarms, SinkCounts counts) {
        return switch (config) {
            case FileSinkConfig file -> place.isConnector()
                    ? FileSink.exclusive(file, place.partitions(), place.node(), place.epoch(), alarms)
                    : new FileSink(file, place.partitions(), place.node(), alarms);
            case StdoutSinkConfig out -> new StdoutSink(new FileOutputStream(FileDescriptor.out), out.format(),
                    StdoutSink.colour(System.console() != null,
                            Objects.requireNonNullElse(System.getenv("NO_COLOR"), "")),
                    counts);
            case SyslogSinkConfig syslog -> new SyslogSink(syslog, place.node(), counts);
            case RelpSinkConfig relp -> new RelpSink(relp, place.node(), counts);
            case SplunkHecSinkConfig splunk -> new SplunkHecSink(splunk, place.node(), counts);
            case OpenSearchSinkConfig search -> new OpenSearchSink(search, counts);
            case WebhookSinkConfig hook -> new WebhookSink(hook, counts, alarms);
            case KafkaSinkConfig kafka -> new KafkaSink(kafka, place.writer(), place.isConnector(), counts, alarms);
        };
    }
}
