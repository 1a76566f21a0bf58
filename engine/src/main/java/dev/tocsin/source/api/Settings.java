package dev.tocsin.source.api;

import dev.tocsin.source.ApiSourceConfig;
import java.time.Duration;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What holds for one source: the definition, and what the configuration says in its place.
 *
 * @param identity a hash of what is listed: changes when a cursor may stand for other events
 */
record Settings(ApiSourceConfig config, ApiDefinition definition, Duration settle, Duration overlap, SweepConfig sweep,
        double rate, int perPage, int seenMax, String identity) {

    static Settings of(ApiSourceConfig config, ApiDefinition definition) {
        String listed = config.url() + definition.path() + new TreeMap<>(definition.parameters())
                + new TreeMap<>(config.parameters())
                + definition.records() + definition.select() + definition.id() + definition.clock();
        return new Settings(config, definition, Objects.requireNonNullElse(config.settle(), definition.settle()),
                Objects.requireNonNullElse(config.overlap(), definition.overlap()),
                Objects.requireNonNullElse(config.sweep(), definition.sweep()),
                Objects.requireNonNullElse(config.rate(), definition.rate()),
                Objects.requireNonNullElse(config.perPage(), definition.perPage()), config.seenMax(),
                Progress.hash(listed));
    }

    /** Events of one window at most, as far as the API lets choose: two open windows and the overlap are in the cursor. */
    int windowEventsMax() {
        return Math.max(1, seenMax / 3);
    }
}
