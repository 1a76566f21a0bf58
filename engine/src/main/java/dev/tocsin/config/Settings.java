package dev.tocsin.config;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** All settings that a record class stands for, section by section, for the reference. */
public final class Settings {
    private Settings() {
    }

    /**
     * One record.
     *
     * @param path {@code log}, {@code sources.<name>}; empty for the file itself
     * @param type the {@code type:} by which it is chosen, or empty
     */
    public record Section(String path, String type, String doc, List<Setting> settings) {
        public Section {
            settings = List.copyOf(settings);
        }
    }

    /**
     * One setting.
     *
     * @param type in words: {@code a duration (100ms, 5s, 2m, 1h, 7d)}, {@code a list of text}
     * @param standard the default as written in YAML; {@code required} or {@code none} when there is no default
     */
    public record Setting(String key, String type, String standard, String doc) {
    }

    /** A record still to be described; {@code above} are the records around it. */
    private record Open(String path, String tag, Class<?> type, Set<Class<?>> above) {
    }

    /** The file's own settings first, then each section in the order in which it is mentioned. */
    public static List<Section> of(Class<? extends Record> root) {
        List<Section> sections = new ArrayList<>();
        Deque<Open> open = new ArrayDeque<>(List.of(new Open("", "", root, Set.of())));
        while (!open.isEmpty()) {
            Open next = open.removeFirst();
            Set<Class<?>> above = new HashSet<>(next.above);
            above.add(next.type);
            List<Setting> settings = new ArrayList<>();
            List<Open> inner = new ArrayList<>();
            for (Shape.Part part : Shape.of(next.type).parts()) {
                String path = next.path.isEmpty() ? part.key() : next.path + "." + part.key();
                String standard = part.standard().map(s -> s.isEmpty() ? "\"\"" : s)
                        .orElse(part.nullable() ? "none" : "required");
                settings.add(new Setting(part.key(), words(part.type()), standard, part.doc()));
                inner(part.type(), path, above, inner);
            }
            sections.add(new Section(next.path, next.tag, Shape.doc(next.type), settings));
            // Depth first, so that a section's own sections follow it.
            inner.reversed().forEach(open::addFirst);
        }
        return List.copyOf(sections);
    }

    private static void inner(Type type, String path, Set<Class<?>> above, List<Open> inner) {
        if (type instanceof ParameterizedType p) {
            Type[] of = p.getActualTypeArguments();
            inner(of[of.length - 1], p.getRawType() == List.class ? path + "[]" : path + ".<name>", above, inner);
        } else if (type instanceof Class<?> c && !ScalarKind.isScalar(c)) {
            Map<String, Class<?>> records = Shape.isVariant(c) ? Shape.variants(c) : Map.of("", c);
            records.forEach((tag, of) -> {
                // A record that contains itself has an endless path; one round describes it.
                if (!above.contains(of)) {
                    inner.add(new Open(path, tag, of, above));
                }
            });
        }
    }

    private static String words(Type type) {
        if (type instanceof ParameterizedType p) {
            Type[] of = p.getActualTypeArguments();
            String inner = words(of[of.length - 1]);
            return (p.getRawType() == List.class ? "a list of " : "a map of names to ")
                    + inner.replaceFirst("^(an?|one) ", "");
        }
        Class<?> c = (Class<?>) type;
        if (ScalarKind.isScalar(c)) {
            return ScalarKind.of(c).noun();
        }
        return Shape.isVariant(c) ? "a " + Shape.noun(c) + ", chosen by `type`" : "a section";
    }
}
