package dev.tocsin.config;

import dev.tocsin.base.ByteSize;
import dev.tocsin.base.Endpoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A kind of single value.
 *
 * @param noun how it is called in a problem and in the reference
 * @param parse throws IllegalArgumentException or ArithmeticException for text that is no such value
 */
record ScalarKind(String noun, Parse parse) {
    interface Parse {
        Object apply(String text, Path directory);
    }

    private static final ScalarKind INT = new ScalarKind("a whole number",
            (text, _) -> Math.toIntExact(Long.parseLong(text)));
    private static final ScalarKind LONG = new ScalarKind("a whole number", (text, _) -> Long.parseLong(text));
    private static final ScalarKind DOUBLE = new ScalarKind("a number", (text, _) -> number(text));
    private static final ScalarKind BOOLEAN = new ScalarKind("true or false", (text, _) -> truth(text));
    private static final Map<Class<?>, ScalarKind> KINDS = Map.ofEntries( //
            Map.entry(String.class, new ScalarKind("text", (text, _) -> text)), //
            Map.entry(int.class, INT), Map.entry(Integer.class, INT), //
            Map.entry(long.class, LONG), Map.entry(Long.class, LONG), //
            Map.entry(double.class, DOUBLE), Map.entry(Double.class, DOUBLE), //
            Map.entry(boolean.class, BOOLEAN), Map.entry(Boolean.class, BOOLEAN), //
            Map.entry(Duration.class,
                    new ScalarKind("a duration (100ms, 5s, 2m, 1h, 7d)", (text, _) -> DurationText.parse(text))), //
            Map.entry(ByteSize.class,
                    new ScalarKind("a size (512, 64KiB, 10MiB, 2GB)", (text, _) -> ByteSize.parse(text))), //
            Map.entry(Endpoint.class,
                    new ScalarKind("an endpoint (127.0.0.1:5514, [::1]:8080)", (text, _) -> Endpoint.parse(text))), //
            Map.entry(Path.class, new ScalarKind("a path", (text, directory) -> path(text, directory))), //
            Map.entry(Secret.class, new ScalarKind("a secret", (text, _) -> new Secret(text))));

    /** @throws IllegalStateException when no setting can be of that class */
    static ScalarKind of(Class<?> type) {
        ScalarKind kind = KINDS.get(type);
        if (kind == null && type.isEnum()) {
            return new ScalarKind("one of " + String.join(", ", choices(type)), (text, _) -> choice(type, text));
        }
        if (kind == null) {
            throw new IllegalStateException("a setting cannot be of the class " + type.getName());
        }
        return kind;
    }

    static boolean isScalar(Class<?> type) {
        return KINDS.containsKey(type) || type.isEnum();
    }

    /** The names of an enum's constants as they are written in YAML. */
    static List<String> choices(Class<?> type) {
        return Arrays.stream(type.getEnumConstants()).map(c -> ((Enum<?>) c).name().toLowerCase(Locale.ROOT)).toList();
    }

    private static Object choice(Class<?> type, String text) {
        int at = choices(type).indexOf(text);
        if (at < 0) {
            throw new IllegalArgumentException("not a choice");
        }
        return type.getEnumConstants()[at];
    }

    private static double number(String text) {
        double value = Double.parseDouble(text);
        // Java would also take "1d" and "NaN", which nobody means.
        if (!Double.isFinite(value) || !text.matches("[-+.0-9eE]+")) {
            throw new IllegalArgumentException("not a number");
        }
        return value;
    }

    private static boolean truth(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("not true or false");
        };
    }

    private static Path path(String text, Path directory) {
        if (text.isEmpty()) {
            throw new IllegalArgumentException("an empty path");
        }
        return directory.resolve(text).normalize();
    }
}
