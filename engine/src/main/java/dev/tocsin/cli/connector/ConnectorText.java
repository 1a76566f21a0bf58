package dev.tocsin.cli.connector;

import dev.tocsin.source.SourceStatus;

/** How a connector's source stands, in one line. */
final class ConnectorText {
    private ConnectorText() {
    }

    static String line(SourceStatus s) {
        return "%s: %s, %,d events, %.1f/s%s".formatted(s.name(), s.state(), s.durable(), s.perSecond(),
                s.error().isEmpty() ? "" : "; " + s.error());
    }
}
