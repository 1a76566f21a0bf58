package dev.tocsin.sigma;

import com.google.re2j.PatternSyntaxException;
import dev.tocsin.sigma.ValueTest.Order;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Applies an item's value modifiers to one value, left to right, and refuses what makes no sense. */
final class ModifierChain {
    private static final int DASH_FORMS_MAX = 3125;

    private final List<Modifier> modifiers;
    private final Placeholders placeholders;
    private final Place place;

    /** @param modifiers those that speak about single values, in the rule's order */
    ModifierChain(List<Modifier> modifiers, Placeholders placeholders, Place place) {
        this.modifiers = modifiers;
        this.placeholders = placeholders;
        this.place = place;
    }

    /** @param keyword the value belongs to no field and may stand anywhere in a value of the event */
    ValueTest test(YamlNode.Scalar scalar, boolean keyword) {
        Operand operand = operand(scalar);
        for (int i = 0; i < modifiers.size(); i++) {
            operand = apply(modifiers.get(i), operand, i);
        }
        return finish(operand, keyword);
    }

    private Operand operand(YamlNode.Scalar scalar) {
        return switch (scalar.kind()) {
            case NULL -> new Operand.Null();
            case BOOLEAN ->
                new Operand.Bool(scalar.text().toLowerCase(java.util.Locale.ROOT).equals("true"), scalar.text());
            case INTEGER -> {
                java.math.BigDecimal value = new java.math.BigDecimal(scalar.text());
                yield new Operand.Number(value, value.toPlainString());
            }
            case DECIMAL -> new Operand.Number(new java.math.BigDecimal(scalar.text()),
                    Numbers.text(Double.parseDouble(scalar.text())));
            case TEXT -> text(scalar.text());
        };
    }

    private Operand.Text text(String source) {
        return new Operand.Text(TextPattern.parse(source, modifiers.contains(Modifier.EXPAND)), source, false, false,
                false);
    }

    private Operand apply(Modifier modifier, Operand operand, int position) {
        if (operand instanceof Operand.Forms several) {
            return new Operand.Forms(several.forms().stream().map(form -> apply(modifier, form, position)).toList());
        }
        return switch (modifier) {
            case CONTAINS, STARTSWITH, ENDSWITH -> bound(modifier, operand);
            case RE -> {
                requireFirst(modifier, position);
                yield regex(new Regex(textOf(modifier, operand).source(), false, false, false));
            }
            case IGNORECASE, MULTILINE, DOTALL -> flag(modifier, operand);
            case CIDR -> {
                requireFirst(modifier, position);
                String source = textOf(modifier, operand).source();
                yield new Operand.Done(new ValueTest.InNetwork(Network.parse(source).orElseThrow(() -> refuse("S114",
                        "\"" + source + "\" is not a network", "write 10.0.0.0/8 or fe80::/10"))));
            }
            case LT, LTE, GT, GTE -> compare(modifier, operand);
            case EXISTS -> {
                requireFirst(modifier, position);
                if (!(operand instanceof Operand.Bool bool)) {
                    throw refuse("S112", "\"exists\" takes true or false", "");
                }
                yield new Operand.Done(new ValueTest.Exists(bool.value()));
            }
            case CASED -> operand instanceof Operand.Done(ValueTest.SameAs s)
                    ? new Operand.Done(new ValueTest.SameAs(s.field(), s.before(), s.after(), true))
                    : cased(textOf(modifier, operand));
            case BASE64, BASE64OFFSET -> eachDash(textOf(modifier, operand), one -> base64(modifier, one));
            case UTF16LE, UTF16BE, UTF16 -> eachDash(textOf(modifier, operand), one -> utf16(modifier, one));
            case WINDASH -> Windash.apply(plain(modifier, textOf(modifier, operand)));
            case FIELDREF -> {
                Operand.Text text = plain(modifier, textOf(modifier, operand));
                requireLiteral(modifier, text);
                yield new Operand.Done(new ValueTest.SameAs(text.pattern().literalText(), false, false, text.cased()));
            }
            case EXPAND -> expand(operand);
            case MINUTE, HOUR, DAY, WEEK, MONTH, YEAR -> {
                if (!(operand instanceof Operand.Number number)) {
                    throw refuse("S112", "\"" + modifier + "\" takes a number", "such as " + modifier + ": 3");
                }
                yield new Operand.Done(
                        new ValueTest.DatePart(DateUnit.valueOf(modifier.name()), Order.EQUAL, number.value()));
            }
            case ALL, NEQ -> throw new IllegalStateException("a list modifier in a value's chain");
        };
    }

    private Operand bound(Modifier modifier, Operand operand) {
        boolean before = modifier != Modifier.STARTSWITH;
        boolean after = modifier != Modifier.ENDSWITH;
        if (operand instanceof Operand.Done(ValueTest.SameAs s)) {
            return new Operand.Done(
                    new ValueTest.SameAs(s.field(), s.before() || before, s.after() || after, s.cased()));
        }
        if (operand instanceof Operand.Done(ValueTest.Search s)) {
            String source = before && after
                    ? s.regex().source()
                    : after ? "^(?:" + s.regex().source() + ")" : "(?:" + s.regex().source() + ")$";
            return regex(new Regex(source, s.regex().ignoreCase(), s.regex().multiLine(), s.regex().dotAll()));
        }
        Operand.Text text = textOf(modifier, operand);
        return new Operand.Text(text.pattern().open(before, after), text.source(), text.cased(), text.encoded(), true);
    }

    private static Operand cased(Operand.Text text) {
        return new Operand.Text(text.pattern(), text.source(), true, text.encoded(), text.bounded());
    }

    private Operand flag(Modifier modifier, Operand operand) {
        if (!(operand instanceof Operand.Done(ValueTest.Search s))) {
            throw refuse("S111", "\"" + modifier + "\" is a flag of regular expressions", "write |re|" + modifier);
        }
        Regex r = s.regex();
        return regex(new Regex(r.source(), r.ignoreCase() || modifier == Modifier.IGNORECASE,
                r.multiLine() || modifier == Modifier.MULTILINE, r.dotAll() || modifier == Modifier.DOTALL));
    }

    private Operand regex(Regex regex) {
        RegexCost.tooMuch(regex).ifPresent(what -> {
            throw refuse("S113", "the regular expression is too large to be compiled: " + what,
                    "write a list of values, such as |contains, or several smaller rules");
        });
        try {
            regex.compile();
        } catch (PatternSyntaxException e) {
            throw refuse("S113",
                    "the regular expression is not accepted: " + e.getDescription() + ": " + e.getPattern(),
                    "no look-around, back-references or repeats above 1000");
        }
        return new Operand.Done(new ValueTest.Search(regex));
    }

    private Operand compare(Modifier modifier, Operand operand) {
        Order order = switch (modifier) {
            case LT -> Order.LESS;
            case LTE -> Order.LESS_OR_EQUAL;
            case GT -> Order.GREATER;
            default -> Order.GREATER_OR_EQUAL;
        };
        if (operand instanceof Operand.Done(ValueTest.DatePart d) && d.order() == Order.EQUAL) {
            return new Operand.Done(new ValueTest.DatePart(d.unit(), order, d.number()));
        }
        if (operand instanceof Operand.Number number) {
            return new Operand.Done(new ValueTest.Compare(order, number.value()));
        }
        if (operand instanceof Operand.Text text && !text.bounded()) {
            return Numbers.parse(text.source()).<Operand>map(n -> new Operand.Done(new ValueTest.Compare(order, n)))
                    .orElseThrow(() -> refuse("S112",
                            "\"" + modifier + "\" takes a number, not \"" + text.source() + "\"", ""));
        }
        throw refuse("S112", "\"" + modifier + "\" takes a number", "");
    }

    /** After windash, an encoding is made of each form that the dashes can take. */
    private Operand eachDash(Operand.Text text, Function<Operand.Text, Operand> encoding) {
        if (!text.pattern().parts().contains(TextPattern.Wild.DASH)) {
            return encoding.apply(text);
        }
        List<TextPattern> forms = Windash.forms(text.pattern(), DASH_FORMS_MAX);
        if (forms.isEmpty()) {
            throw refuse("S111", "windash gives more than " + DASH_FORMS_MAX + " forms to be encoded",
                    "encode fewer dashes at once");
        }
        return new Operand.Forms(forms.stream().map(text::with).map(encoding).toList());
    }

    private Operand base64(Modifier modifier, Operand.Text text) {
        requireLiteral(modifier, text);
        byte[] bytes = text.pattern().literalText()
                .getBytes(text.encoded() ? StandardCharsets.ISO_8859_1 : StandardCharsets.UTF_8);
        List<String> forms = modifier == Modifier.BASE64
                ? List.of(Encoding.base64(bytes))
                : Encoding.base64Offsets(bytes);
        List<Operand> operands = new ArrayList<>();
        for (String form : forms) {
            operands.add(new Operand.Text(TextPattern.literal(form), form, text.cased(), false, text.bounded()));
        }
        return operands.size() == 1 ? operands.getFirst() : new Operand.Forms(operands);
    }

    private Operand utf16(Modifier modifier, Operand.Text text) {
        List<TextPattern.Part> parts = new ArrayList<>();
        if (modifier == Modifier.UTF16) {
            parts.add(new TextPattern.Literal(Encoding.byteOrderMark()));
        }
        for (TextPattern.Part part : plain(modifier, text).pattern().parts()) {
            parts.add(part instanceof TextPattern.Literal l
                    ? new TextPattern.Literal(Encoding.utf16(l.text(), modifier))
                    : part);
        }
        return new Operand.Text(new TextPattern(parts), text.source(), text.cased(), true, text.bounded());
    }

    private Operand expand(Operand operand) {
        if (operand instanceof Operand.Text text) {
            return placeholders.resolve(text, place);
        }
        if (operand instanceof Operand.Done(ValueTest.Search s)) {
            Regex r = s.regex();
            String source = placeholders.resolveInRegex(r.source(), place);
            return regex(new Regex(source, r.ignoreCase(), r.multiLine(), r.dotAll()));
        }
        return operand;
    }

    /** Numbers and booleans are text to a modifier of text. */
    private Operand.Text textOf(Modifier modifier, Operand operand) {
        return switch (operand) {
            case Operand.Text text -> text;
            case Operand.Number number -> text(number.text());
            case Operand.Bool bool -> text(bool.text());
            case Operand.Null _ ->
                throw refuse("S112", "\"" + modifier + "\" cannot take null", "write null without modifiers");
            case Operand.Done(ValueTest test) -> throw refuse("S111",
                    "\"" + modifier + "\" cannot follow: the value is already " + kind(test), "");
            case Operand.Forms _ -> throw new IllegalStateException("forms are taken apart before");
        };
    }

    private static String kind(ValueTest test) {
        return switch (test) {
            case ValueTest.Search _ -> "a regular expression";
            case ValueTest.InNetwork _ -> "a network";
            case ValueTest.Compare _,ValueTest.DatePart _ -> "a comparison";
            case ValueTest.Exists _,ValueTest.IsNull _ -> "a test of presence";
            case ValueTest.SameAs _ -> "a reference to a field";
            case ValueTest.Text _,ValueTest.OneOf _ -> "a text";
        };
    }

    private Operand.Text plain(Modifier modifier, Operand.Text text) {
        if (text.encoded()) {
            throw refuse("S111", "\"" + modifier + "\" cannot follow a UTF-16 modifier", "put it before");
        }
        return text;
    }

    private void requireLiteral(Modifier modifier, Operand.Text text) {
        if (!text.pattern().isLiteral()) {
            throw refuse("S111",
                    "\"" + modifier + "\" cannot take wildcards or placeholders: " + text.pattern(),
                    "put contains, startswith and endswith behind it, and write \\* for a star");
        }
    }

    private void requireFirst(Modifier modifier, int position) {
        if (position > 0) {
            throw refuse("S111", "\"" + modifier + "\" only goes on an unmodified value", "write it first");
        }
    }

    private ValueTest finish(Operand operand, boolean keyword) {
        return switch (operand) {
            case Operand.Text text -> new ValueTest.Text(keyword && !text.bounded()
                    ? text.pattern().open(true, true)
                    : text.pattern(), text.cased());
            case Operand.Number number -> finish(text(number.text()), keyword);
            case Operand.Bool bool -> finish(text(bool.text()), keyword);
            case Operand.Null _ -> new ValueTest.IsNull();
            case Operand.Done(ValueTest test) -> test;
            case Operand.Forms(List<Operand> forms) ->
                new ValueTest.OneOf(forms.stream().map(form -> finish(form, keyword)).toList());
        };
    }

    private RuleRefused refuse(String code, String what, String hint) {
        return place.refuse(code, what, hint);
    }
}
