package dev.tocsin.sigma;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A YAML tree in which everything knows its place. */
sealed interface YamlNode {
    Place place();

    /** What a person would call it: "a mapping", "a list", "text". */
    String kindName();

    enum Kind {
        TEXT,
        INTEGER,
        DECIMAL,
        BOOLEAN,
        NULL
    }

    /**
     * @param text as written, quotes and escapes resolved
     * @param plain written without quotes
     */
    record Scalar(String text, Kind kind, boolean plain, Place place) implements YamlNode {
        @Override
        public String kindName() {
            return switch (kind) {
                case TEXT -> "text";
                case INTEGER, DECIMAL -> "a number";
                case BOOLEAN -> "a boolean";
                case NULL -> "null";
            };
        }
    }

    record Sequence(List<YamlNode> items, Place place) implements YamlNode {
        @Override
        public String kindName() {
            return "a list";
        }
    }

    record Entry(String key, Place keyPlace, YamlNode value) {
    }

    record Mapping(List<Entry> entries, Place place) implements YamlNode {
        @Override
        public String kindName() {
            return "a mapping";
        }

        @Nullable
        Entry entry(String key) {
            for (Entry entry : entries) {
                if (entry.key().equals(key)) {
                    return entry;
                }
            }
            return null;
        }

        @Nullable
        YamlNode get(String key) {
            Entry entry = entry(key);
            return entry == null ? null : entry.value();
        }

        /** The text of a scalar entry, null when it is absent, null or not a scalar. */
        @Nullable
        String text(String key) {
            return get(key) instanceof Scalar s && s.kind() != Kind.NULL ? s.text() : null;
        }
    }
}
