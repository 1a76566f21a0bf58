package dev.tocsin.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a record class says about itself: the settings it has, in the order of its components. */
record Shape(Class<?> type, List<Part> parts) {
    /**
     * One component.
     *
     * @param key its name in YAML
     * @param standard the default, written as in YAML; empty when there is none
     * @param orAlone whether a list of one may be written as the one
     */
    record Part(String key, Type type, boolean nullable, Optional<String> standard, String doc, boolean orAlone) {
        boolean required() {
            return !nullable && standard.isEmpty();
        }
    }

    static Shape of(Class<?> type) {
        List<Part> parts = new ArrayList<>();
        for (RecordComponent c : type.getRecordComponents()) {
            Default standard = c.getAnnotation(Default.class);
            Doc doc = c.getAnnotation(Doc.class);
            parts.add(new Part(key(c.getName()), c.getGenericType(),
                    c.getAnnotatedType().isAnnotationPresent(Nullable.class),
                    Optional.ofNullable(standard).map(Default::value), doc == null ? "" : doc.value(),
                    c.isAnnotationPresent(OrAlone.class)));
        }
        return new Shape(type, List.copyOf(parts));
    }

    List<String> keys() {
        return parts.stream().map(Part::key).toList();
    }

    Constructor<?> constructor() {
        Class<?>[] types = new Class<?>[parts.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = type.getRecordComponents()[i].getType();
        }
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.setAccessible(true);
            return constructor;
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("every record has its canonical constructor: " + type, e);
        }
    }

    /** The records that may stand where a sealed interface is expected, by their tag, in the order of {@code permits}. */
    static Map<String, Class<?>> variants(Class<?> sealed) {
        Map<String, Class<?>> variants = new LinkedHashMap<>();
        for (Class<?> permitted : sealed.getPermittedSubclasses()) {
            if (permitted.isSealed()) {
                variants.putAll(variants(permitted));
                continue;
            }
            Tag tag = permitted.getAnnotation(Tag.class);
            if (!permitted.isRecord() || tag == null) {
                throw new IllegalStateException(permitted + " must be a record with @Tag to be chosen in YAML");
            }
            variants.put(tag.value(), permitted);
        }
        return variants;
    }

    /** Whether values of that class are chosen by {@code type:}. */
    static boolean isVariant(Class<?> type) {
        return type.isInterface() && type.isSealed();
    }

    static String doc(Class<?> type) {
        Doc doc = type.getAnnotation(Doc.class);
        return doc == null ? "" : doc.value();
    }

    /** {@code ackTimeout} is {@code ack_timeout} in YAML. */
    static String key(String component) {
        return component.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
    }

    /** What people call it: {@code SourceConfig} is a {@code source}. */
    static String noun(Class<?> type) {
        return key(type.getSimpleName().replaceFirst("Config$", "")).replace('_', ' ');
    }
}
