package dev.tocsin.sigma;

import dev.tocsin.sigma.correlate.CorrelationType;
import dev.tocsin.sigma.correlate.Extension;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** Reads the settings of our own correlation types; their names begin with {@code x_}. */
final class ExtensionReader {
    private static final int TERMS_MAX = 10_000;

    private final SettingsReader settings;
    private final CorrelationType type;

    ExtensionReader(SettingsReader settings, CorrelationType type) {
        this.settings = settings;
        this.type = type;
    }

    Extension read(long timespanMillis) {
        return switch (type) {
            case X_SPIKE -> spike();
            case X_FLATLINE -> new Extension.Flatline(settings.count("x_threshold", 1, 1));
            case X_NEW_TERM -> new Extension.NewTerm(
                    settings.node("x_learn") instanceof YamlNode.Scalar s && s.text().equals("0")
                            ? 0
                            : settings.node("x_learn") == null ? timespanMillis : settings.timespan("x_learn", false),
                    (int) settings.count("x_terms_max", TERMS_MAX, 1));
            case X_PERCENTAGE -> percentage();
            default -> new Extension.None();
        };
    }

    private Extension spike() {
        BigDecimal height = settings.number("x_spike_height");
        if (height == null) {
            settings.missing("x_spike_height", "how many times as many, such as x_spike_height: 3");
            height = BigDecimal.ONE;
        } else if (height.compareTo(BigDecimal.ONE) <= 0) {
            settings.error("S157", settings.node("x_spike_height"), "a spike is more than 1 time as high", "such as 3");
        }
        Extension.SpikeType direction = settings
                .word("x_spike_type", "S157", List.of("up", "down", "both"), false)
                .map(w -> Extension.SpikeType.valueOf(w.toUpperCase(Locale.ROOT))).orElse(Extension.SpikeType.BOTH);
        return new Extension.Spike(direction, height, settings.count("x_threshold_ref", 1, 0),
                settings.count("x_threshold_cur", 0, 0));
    }

    private Extension percentage() {
        BigDecimal min = settings.number("x_min_percentage");
        BigDecimal max = settings.number("x_max_percentage");
        if (min == null && max == null) {
            settings.error("S157", null, "x_percentage needs x_min_percentage or x_max_percentage",
                    "it fires below the one or above the other");
        }
        return new Extension.Percentage(min, max, settings.count("x_min_denominator", 1, 1));
    }
}
