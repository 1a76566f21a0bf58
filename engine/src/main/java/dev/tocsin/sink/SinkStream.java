package dev.tocsin.sink;

import dev.tocsin.log.Stream;
import java.time.Duration;

/** What a sink may be given: {@code alerts} or {@code events}. */
public enum SinkStream {
    ALERTS(Stream.ALERTS),
    EVENTS(Stream.EVENTS);

    private final Stream stream;

    SinkStream(Stream stream) {
        this.stream = stream;
    }

    public Stream stream() {
        return stream;
    }

    /** How long results may gather: alerts go at once; events in batches, since each commit has its price. */
    Duration commitInterval() {
        return switch (this) {
            case ALERTS -> Duration.ZERO;
            case EVENTS -> Duration.ofMillis(100);
        };
    }
}
