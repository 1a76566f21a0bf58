package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The transformations of a pipeline that change texts and other values. */
final class TextTransformations {
    private static final Pattern WORD_BEGINS = Pattern.compile("(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])");
    private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s.-]+");
    private static final Pattern LONE_BACKSLASH = Pattern.compile("\\\\(?![*?])");

    private TextTransformations() {
    }

    /** {@code replace_string}: over the text as the rule has it, or over its literal parts only ({@code skip_special}). */
    static PipelineStep.Transformation replace(StepSettings settings) {
        PythonRegex regex = PythonRegex.compile(settings.text("regex"), settings.place());
        String replacement = settings.text("replacement");
        boolean skipSpecial = settings.flag("skip_special");
        boolean interpretSpecial = settings.flag("interpret_special");
        UnaryOperator<TextPattern> change = skipSpecial
                ? pattern -> eachLiteral(pattern, text -> regex.replace(text, replacement), interpretSpecial)
                : pattern -> {
                    String replaced = regex.replace(pattern.toString(), replacement);
                    boolean placeholders = pattern.parts().stream().anyMatch(TextPattern.Placeholder.class::isInstance);
                    return TextPattern.parse(
                            LONE_BACKSLASH.matcher(replaced).replaceAll(Matcher.quoteReplacement("\\\\")),
                            placeholders);
                };
        return patterns(change);
    }

    /** {@code case}: what a value asks of a field has no case but with {@code cased}; this changes how it is written. */
    static PipelineStep.Transformation letters(StepSettings settings) {
        String method = settings.oneOf("method", List.of("lower", "upper", "snake_case"), "lower");
        return patterns(pattern -> eachLiteral(pattern, function(method), false));
    }

    /** Of texts and of field names. */
    static UnaryOperator<String> function(String method) {
        return switch (method.replace("_case", "")) {
            case "lower" -> text -> text.toLowerCase(Locale.ROOT);
            case "upper" -> text -> text.toUpperCase(Locale.ROOT);
            case "title" -> TextTransformations::title;
            case "snake" -> text -> BETWEEN_WORDS.matcher(WORD_BEGINS.matcher(text).replaceAll("_")).replaceAll("_")
                    .toLowerCase(Locale.ROOT);
            default -> throw new IllegalArgumentException(method);
        };
    }

    private static String title(String text) {
        StringBuilder out = new StringBuilder();
        boolean inWord = false;
        for (int c : text.codePoints().toArray()) {
            out.appendCodePoint(inWord ? Character.toLowerCase(c) : Character.toTitleCase(c));
            inWord = Character.isLetter(c);
        }
        return out.toString();
    }

    private static PipelineStep.Transformation patterns(UnaryOperator<TextPattern> change) {
        return ValueRewriting.ofTexts((value, _, _) -> {
            ValueTest.Text text = (ValueTest.Text) value;
            TextPattern after = change.apply(text.pattern());
            return List.of(after.equals(text.pattern()) ? value : new ValueTest.Text(after, text.cased()));
        });
    }

    private static TextPattern eachLiteral(TextPattern pattern, UnaryOperator<String> change, boolean interpret) {
        List<TextPattern.Part> parts = new ArrayList<>();
        for (TextPattern.Part part : pattern.parts()) {
            if (part instanceof TextPattern.Literal(String text)) {
                String changed = change.apply(text);
                if (interpret) {
                    parts.addAll(TextPattern.parse(changed, false).parts());
                } else {
                    parts.add(new TextPattern.Literal(changed));
                }
            } else {
                parts.add(part);
            }
        }
        return new TextPattern(parts);
    }

    /** {@code map_string}: whole texts to one or several others. */
    static PipelineStep.Transformation map(StepSettings settings) {
        Map<String, List<String>> mapping = settings.mapping("mapping", true);
        return ValueRewriting.ofTexts((value, _, _) -> {
            ValueTest.Text text = (ValueTest.Text) value;
            List<String> others = mapping.get(text.pattern().toString());
            return others == null
                    ? List.of(value)
                    : others.stream().<ValueTest>map(
                            other -> new ValueTest.Text(TextPattern.parse(other, false), text.cased())).toList();
        });
    }

    /**
     * {@code regex}: writes texts as regular expressions for systems that cannot compare without case. Here both methods
     * that do without case change nothing, and {@code plain} makes the comparison one with case.
     */
    static PipelineStep.Transformation regex(StepSettings settings) {
        String method = settings.oneOf("method", List.of("plain", "ignore_case_flag", "ignore_case_brackets"),
                "ignore_case_brackets");
        return ValueRewriting.ofTexts((value, _, _) -> {
            ValueTest.Text text = (ValueTest.Text) value;
            return List.of(method.equals("plain") ? new ValueTest.Text(text.pattern(), true) : value);
        });
    }

    /** {@code set_value}. */
    static PipelineStep.Transformation set(StepSettings settings) {
        YamlNode given = settings.optionalNull("value");
        String force = settings.oneOf("force_type", List.of("", "str", "num"), "");
        if (!(given instanceof YamlNode.Scalar scalar)) {
            throw given.place().refuse("S130", "\"value\" is one value, not " + given.kindName(), "");
        }
        if (force.equals("num")) {
            requireNumber(scalar.text(), given.place());
        }
        ValueTest value = switch (scalar.kind()) {
            case NULL -> new ValueTest.IsNull();
            case TEXT -> new ValueTest.Text(force.equals("num")
                    ? TextPattern.literal(scalar.text())
                    : TextPattern.parse(scalar.text(), false), false);
            case INTEGER, DECIMAL, BOOLEAN -> new ValueTest.Text(TextPattern.literal(scalar.text()), false);
        };
        return new ValueRewriting((_, _, _) -> List.of(value));
    }

    /** {@code convert_type}: numbers and their texts are one here; what is no number cannot become one. */
    static PipelineStep.Transformation convert(StepSettings settings) {
        settings.required("target_type");
        boolean toNumber = settings.oneOf("target_type", List.of("str", "num"), "str").equals("num");
        return ValueRewriting.ofTexts((value, _, place) -> {
            if (toNumber) {
                requireNumber(((ValueTest.Text) value).pattern().toString(), place);
            }
            return List.of(value);
        });
    }

    private static void requireNumber(String text, Place place) {
        Optional<java.math.BigDecimal> number = Numbers.parse(text);
        if (number.isEmpty()) {
            throw place.refuse("S132", "the pipeline makes a number of \"" + text + "\", which is none", "");
        }
    }
}
