package dev.tocsin.cli.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** A mapping of a scenario file, read with errors that say where. */
record Section(String where, Map<String, Object> entries) {

    static Section read(Path file) {
        try {
            Object root = new Load(LoadSettings.builder().setLabel(file.toString()).build())
                    .loadFromString(Files.readString(file));
            return of(file.getFileName().toString(), root);
        } catch (YamlEngineException e) {
            throw new ScenarioException(file.toString(), "not YAML: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the scenario " + file, e);
        }
    }

    static Section of(String where, @Nullable Object value) {
        if (!(value instanceof Map<?, ?> map)) {
            throw new ScenarioException(where, "a mapping is wanted here");
        }
        Map<String, Object> entries = new LinkedHashMap<>();
        map.forEach((k, v) -> {
            if (v == null) {
                throw new ScenarioException(where, "\"" + k + "\" has no value");
            }
            entries.put(String.valueOf(k), v);
        });
        return new Section(where, entries);
    }

    /** Refuses keys other than these, so that a slip of the pen is not silently without effect. */
    Section only(Set<String> known) {
        for (String key : entries.keySet()) {
            if (!known.contains(key)) {
                throw new ScenarioException(where,
                        "unknown key \"" + key + "\"; known: " + known.stream().sorted().toList());
            }
        }
        return this;
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    Object value(String key) {
        Object value = entries.get(key);
        if (value == null) {
            throw new ScenarioException(where, "\"" + key + "\" is missing");
        }
        return value;
    }

    String text(String key) {
        return String.valueOf(value(key)).stripTrailing();
    }

    Optional<String> optionalText(String key) {
        return has(key) ? Optional.of(text(key)) : Optional.empty();
    }

    int number(String key, int otherwise) {
        return switch (entries.get(key)) {
            case null -> otherwise;
            case Integer number -> number;
            default -> throw new ScenarioException(where, "\"" + key + "\" is to be a whole number");
        };
    }

    /** Seconds, written as {@code 3s} or {@code 0.25s}. */
    Duration seconds(String key, Duration otherwise) {
        if (!has(key)) {
            return otherwise;
        }
        try {
            return Duration.parse("PT" + text(key).toUpperCase(Locale.ROOT));
        } catch (DateTimeException e) {
            throw new ScenarioException(where, "\"" + key + "\" is to be seconds, such as 3s or 0.25s");
        }
    }

    /** The mapping below the key; empty when there is none. */
    Section section(String key) {
        return has(key) ? of(where + "." + key, value(key)) : new Section(where + "." + key, Map.of());
    }

    /** The list of mappings below the key. */
    List<Section> sections(String key) {
        List<Section> sections = new ArrayList<>();
        List<?> items = list(key);
        for (int i = 0; i < items.size(); i++) {
            sections.add(of(where + "." + key + "[" + i + "]", items.get(i)));
        }
        return sections;
    }

    List<?> list(String key) {
        return switch (entries.get(key)) {
            case null -> List.of();
            case List<?> list -> list;
            default -> throw new ScenarioException(where, "\"" + key + "\" is to be a list");
        };
    }

    List<String> texts(String key) {
        return list(key).stream().map(String::valueOf).toList();
    }
}
