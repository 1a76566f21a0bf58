package dev.tocsin.process;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads the YAML of tables into plain maps and lists, and says what is wrong with them. */
final class TableReader {
    private TableReader() {
    }

    /** A table that is part of the program. */
    static List<Object> resource(String name) {
        try (InputStream in = TableReader.class.getResourceAsStream("/process/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource process/" + name);
            }
            return entries(new String(in.readAllBytes(), StandardCharsets.UTF_8), name);
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the resource process/" + name, e);
        }
    }

    /**
     * @param name of the file, for messages
     * @throws TableException when it is not YAML or not a list
     */
    static List<Object> entries(String yaml, String name) {
        Object root;
        try {
            root = new Load(LoadSettings.builder().setLabel(name).setAllowDuplicateKeys(false)
                    .setMaxAliasesForCollections(50).build()).loadFromString(yaml);
        } catch (YamlEngineException e) {
            throw new TableException(name, "not YAML: " + e.getMessage(), "");
        }
        if (root == null) {
            return List.of();
        }
        if (!(root instanceof List<?> list)) {
            throw new TableException(name, "the table is not a list of entries", "begin each entry with \"- \"");
        }
        return new ArrayList<>(list);
    }

    static Map<String, Object> map(@Nullable Object yaml, String where) {
        if (!(yaml instanceof Map<?, ?> map)) {
            throw new TableException(where, "expected key: value pairs, found " + yaml, "");
        }
        Map<String, Object> result = new LinkedHashMap<>();
        map.forEach((key, value) -> result.put(String.valueOf(key), value));
        return result;
    }

    static List<@Nullable Object> list(@Nullable Object yaml) {
        List<@Nullable Object> result = new ArrayList<>();
        if (yaml instanceof List<?> list) {
            result.addAll(list);
        } else {
            result.add(yaml);
        }
        return result;
    }

    static List<String> texts(@Nullable Object yaml) {
        return yaml == null ? List.of() : list(yaml).stream().map(String::valueOf).toList();
    }

    static @Nullable String text(@Nullable Object yaml) {
        return yaml == null ? null : yaml.toString();
    }

    static void onlyKeys(Map<String, Object> entry, Set<String> known, String where) {
        for (String key : entry.keySet()) {
            if (!known.contains(key)) {
                throw new TableException(where, "there is no key \"" + key + "\"",
                        "known are " + String.join(", ", known.stream().sorted().toList()));
            }
        }
    }
}
