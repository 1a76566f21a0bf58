package dev.tocsin.config;

import dev.tocsin.base.Printable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Fills records from nodes, and goes on after a problem to find all of them. Of a sealed interface the variant is
 * chosen first, so that only problems of the kind that was meant are told.
 *
 * <p>Every {@code read…} answers null when the value was refused; the findings say why.
 */
final class RecordReader {
    private static final String TYPE_KEY = "type";
    private static final Set<String> NOTHING = Set.of("", "~", "null", "Null", "NULL");

    private final Findings findings;
    private final Interpolation interpolation;
    private final Path directory;
    /** While a default is read, problems belong to the section that leaves it out; null otherwise. */
    private @Nullable Place pinned;

    RecordReader(Findings findings, Interpolation interpolation, Path directory) {
        this.findings = findings;
        this.interpolation = interpolation;
        this.directory = directory;
    }

    private record Given(Node key, Node value) {
    }

    /** Reads a whole file, of which {@code root} is absent when it has nothing but comments. */
    @Nullable
    Object readRoot(Class<?> type, Optional<Node> root) {
        if (root.isEmpty() || isNothing(root.get())) {
            return fill(Shape.of(type), Map.of(), Place.START);
        }
        return read(type, root.get());
    }

    private @Nullable Object read(Type type, Node node) {
        if (type instanceof ParameterizedType p) {
            Type[] of = p.getActualTypeArguments();
            if (p.getRawType() == List.class) {
                return readList(of[0], node);
            }
            if (p.getRawType() == Map.class && of[0] == String.class) {
                return readMap(of[1], node);
            }
        }
        if (!(type instanceof Class<?> c)) {
            throw new IllegalStateException("a setting cannot be of the type " + type.getTypeName());
        }
        if (ScalarKind.isScalar(c)) {
            return readScalar(c, node);
        }
        if (isNothing(node) && c.isRecord()) {
            return fill(Shape.of(c), Map.of(), place(node));
        }
        if (!(node instanceof MappingNode mapping)) {
            return wrongShape("a section of settings", node);
        }
        Map<String, Given> given = given(mapping);
        return Shape.isVariant(c) ? readVariant(c, given, place(node)) : fill(Shape.of(c), given, place(node));
    }

    /** A list of the one value that stands there. */
    private @Nullable Object readAlone(Type type, Node node) {
        if (!(type instanceof ParameterizedType list)) {
            throw new IllegalStateException("only a list can be given as one value");
        }
        Object value = read(list.getActualTypeArguments()[0], node);
        return value == null ? null : List.of(value);
    }

    private @Nullable Object readList(Type of, Node node) {
        if (!(node instanceof SequenceNode sequence)) {
            return wrongShape("a list", node);
        }
        List<Object> list = new ArrayList<>();
        for (Node item : sequence.getValue()) {
            Object value = read(of, item);
            if (value != null) {
                list.add(value);
            }
        }
        return list.size() < sequence.getValue().size() ? null : List.copyOf(list);
    }

    private @Nullable Object readMap(Type of, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            return wrongShape("a map of names to values", node);
        }
        Map<String, Given> given = given(mapping);
        Map<String, Object> map = new LinkedHashMap<>();
        given.forEach((name, entry) -> {
            // Among names that a user chooses, the word null is a text like others; an expression may consist of it.
            Object value = of == String.class && isWord(entry.value(), "null") ? "null" : read(of, entry.value());
            if (value != null) {
                map.put(name, value);
            }
        });
        return map.size() < given.size() ? null : Collections.unmodifiableMap(map);
    }

    /** The settings of a section as they stand there; of a name given twice the first. */
    private Map<String, Given> given(MappingNode mapping) {
        Map<String, Given> given = new LinkedHashMap<>();
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                wrongShape("a name", tuple.getKeyNode());
                continue;
            }
            Given first = given.putIfAbsent(key.getValue(), new Given(key, tuple.getValueNode()));
            if (first != null) {
                findings.add(ProblemCode.DUPLICATE, place(key),
                        quote(key.getValue()) + " is given twice, first in line " + Place.of(first.key).line(),
                        "remove one of them");
            }
        }
        return given;
    }

    private @Nullable Object readVariant(Class<?> sealed, Map<String, Given> given, Place place) {
        Map<String, Class<?>> variants = Shape.variants(sealed);
        String noun = Shape.noun(sealed);
        Given tag = given.get(TYPE_KEY);
        if (tag == null) {
            findings.add(ProblemCode.MISSING, place, "this " + noun + " has no \"type\"",
                    "known here: " + String.join(", ", variants.keySet()));
            return null;
        }
        Object name = readScalar(String.class, tag.value);
        if (name == null) {
            return null;
        }
        Class<?> variant = variants.get(name);
        if (variant == null) {
            findings.add(ProblemCode.UNKNOWN_TYPE, place(tag.value),
                    "unknown " + noun + " type " + quote((String) name),
                    Nearest.hint((String) name, variants.keySet()));
            return null;
        }
        Map<String, Given> rest = new LinkedHashMap<>(given);
        rest.remove(TYPE_KEY);
        return fill(Shape.of(variant), rest, place);
    }

    private @Nullable Object fill(Shape shape, Map<String, Given> given, Place place) {
        int before = findings.size();
        Set<String> meant = unknown(shape, given);
        boolean good = findings.size() == before;
        List<@Nullable Object> arguments = new ArrayList<>();
        for (Shape.Part part : shape.parts()) {
            Given entry = given.get(part.key());
            if (entry != null && !isNothing(entry.value)) {
                Object value = part.orAlone() && entry.value instanceof ScalarNode
                        ? readAlone(part.type(), entry.value)
                        : read(part.type(), entry.value);
                good &= value != null;
                arguments.add(value);
            } else if (part.standard().isPresent()) {
                Object value = readDefault(part, place);
                good &= value != null;
                arguments.add(value);
            } else {
                if (part.required()) {
                    good = false;
                    // A misspelt name was already told together with what was meant.
                    if (!meant.contains(part.key())) {
                        findings.add(ProblemCode.MISSING, entry == null ? place : place(entry.key),
                                "the setting " + quote(part.key()) + " is missing", part.doc());
                    }
                }
                arguments.add(null);
            }
        }
        return good ? construct(shape, arguments, given, place) : null;
    }

    /** Tells of the settings that do not exist; answers what was probably meant by them. */
    private Set<String> unknown(Shape shape, Map<String, Given> given) {
        Set<String> meant = new HashSet<>();
        List<String> known = shape.keys();
        given.forEach((name, entry) -> {
            if (!known.contains(name)) {
                findings.add(ProblemCode.UNKNOWN_SETTING, place(entry.key), "unknown setting " + quote(name),
                        Nearest.hint(name, known));
                Nearest.to(name, known).ifPresent(meant::add);
            }
        });
        return meant;
    }

    private @Nullable Object readDefault(Shape.Part part, Place place) {
        String standard = part.standard().orElseThrow();
        if (standard.isEmpty() && part.type() == String.class) {
            return standard;
        }
        Place outer = pinned;
        pinned = outer == null ? place : outer;
        try {
            Optional<Node> node = new Yaml("default of " + part.key(), findings).compose(standard);
            if (node.isEmpty()) {
                throw new IllegalStateException("the default of " + part.key() + " is not a value");
            }
            return read(part.type(), node.get());
        } finally {
            pinned = outer;
        }
    }

    private @Nullable Object construct(Shape shape, List<@Nullable Object> arguments, Map<String, Given> given,
            Place place) {
        try {
            return shape.constructor().newInstance(arguments.toArray());
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            String message = e.getCause() == null ? null : e.getCause().getMessage();
            String said = message == null ? "these settings were refused: " + e.getCause() : message;
            // By custom the reason is told before a semicolon, and what to do behind it.
            String[] told = said.split("; ", 2);
            findings.add(ProblemCode.REFUSED, pinned == null ? blamed(said, given).orElse(place) : pinned, told[0],
                    told.length > 1 ? told[1] : "");
            return null;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("cannot make " + shape.type(), e);
        }
    }

    /** The value of the given setting that the message names first; a section may be long. */
    private static Optional<Place> blamed(String message, Map<String, Given> given) {
        int first = Integer.MAX_VALUE;
        Optional<Place> place = Optional.empty();
        for (Map.Entry<String, Given> entry : given.entrySet()) {
            Matcher named = Pattern.compile("(?<!\\w)" + Pattern.quote(entry.getKey()) + "(?!\\w)").matcher(message);
            if (named.find() && named.start() < first) {
                first = named.start();
                place = Optional.of(Place.of(entry.getValue().value));
            }
        }
        return place;
    }

    private @Nullable Object readScalar(Class<?> type, Node node) {
        ScalarKind kind = ScalarKind.of(type);
        if (!(node instanceof ScalarNode scalar) || isNothing(node)) {
            return wrongShape(kind.noun(), node);
        }
        String text = interpolation.apply(scalar.getValue(), place(node));
        if (text == null) {
            return null;
        }
        boolean asWritten = !scalar.getValue().contains("${");
        if (type == Secret.class && asWritten && pinned == null) {
            findings.add(ProblemCode.PLAIN_SECRET, place(node), "a secret is written in the file",
                    "use ${env:NAME} or ${file:/path}");
        }
        try {
            return kind.parse().apply(text, directory);
        } catch (IllegalArgumentException | ArithmeticException e) {
            // What a variable contains may be a secret that was put in the wrong place: it is not repeated.
            String found = asWritten ? quote(text) : "what " + scalar.getValue() + " stands for";
            if (type.isEnum()) {
                findings.add(ProblemCode.UNKNOWN_CHOICE, place(node), "unknown value " + found,
                        Nearest.hint(asWritten ? text : "", ScalarKind.choices(type)));
            } else {
                findings.add(ProblemCode.VALUE, place(node), "expected " + kind.noun() + ", found " + found,
                        valueHint(type, text));
            }
            return null;
        }
    }

    private static String valueHint(Class<?> type, String text) {
        boolean whole = text.matches("[-+]?\\d+");
        if ((type == int.class || type == Integer.class) && whole) {
            return "it is from " + Integer.MIN_VALUE + " to " + Integer.MAX_VALUE;
        }
        if (type == java.time.Duration.class && whole) {
            return "add a unit, as in " + text + "s";
        }
        return "";
    }

    private @Nullable Object wrongShape(String expected, Node node) {
        String found = switch (node) {
            case MappingNode _ -> "a section";
            case SequenceNode _ -> "a list";
            case ScalarNode s when isNothing(s) -> "nothing";
            case ScalarNode s -> quote(s.getValue());
            default -> "something else";
        };
        findings.add(ProblemCode.SHAPE, place(node), "expected " + expected + ", found " + found, shapeHint(expected));
        return null;
    }

    private static String shapeHint(String expected) {
        return switch (expected) {
            case "a list" -> "write [one, two], or a line \"- one\" for each";
            case "a section of settings", "a map of names to values" ->
                "write lines \"name: value\" below it, further to the right";
            default -> "";
        };
    }

    private static boolean isNothing(Node node) {
        return node instanceof ScalarNode s && s.isPlain() && NOTHING.contains(s.getValue());
    }

    private static boolean isWord(Node node, String word) {
        return node instanceof ScalarNode s && s.isPlain() && s.getValue().equals(word);
    }

    private Place place(Node node) {
        return pinned == null ? Place.of(node) : pinned;
    }

    private static String quote(String text) {
        return '"' + Printable.clip(text, 60) + '"';
    }
}
