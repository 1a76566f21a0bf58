package dev.tocsin.sink;

import dev.tocsin.log.Stream;

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
}
