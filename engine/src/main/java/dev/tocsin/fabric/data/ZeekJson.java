package dev.tocsin.fabric.data;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Values as Zeek's JSON log writer writes them (its {@code LogAscii::use_json}, times as seconds since 1970): an object for
 * each record, its keys the names of the fields as they are, dots included, fields that are not set left out; ports as
 * numbers, intervals in seconds, sets and vectors as arrays.
 *
 * <p>A string stays as it is if it is UTF-8 without control characters other than those that JSON has an escape for, without
 * private use and specials. Else each byte of it that is no printable ASCII is written {@code \xHH}, by four characters; as
 * with Zeek, what had those four characters from the beginning looks alike.
 *
 * <p>Differs from Zeek's in two places: intervals are rounded to the nanosecond, and a set is sorted. Owned by one thread.
 */
public final class ZeekJson {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final double BILLION = 1e9;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(512);
    private boolean first;

    public ZeekJson() {
        begin();
    }

    /** Begins another object; what was written of one before is forgotten. */
    public ZeekJson begin() {
        out.reset();
        out.write('{');
        first = true;
        return this;
    }

    public ZeekJson field(String name, String value) {
        return field(name, Value.of(value));
    }

    public ZeekJson field(String name, Value value) {
        if (!(value instanceof Value.None)) {
            if (!first) {
                out.write(',');
            }
            first = false;
            string(Bytes.of(name));
            out.write(':');
            value(value);
        }
        return this;
    }

    public ZeekJson fields(List<ZeekLogBatch.Field> names, List<Value> values) {
        for (int i = 0; i < values.size(); i++) {
            field(names.get(i).name(), values.get(i));
        }
        return this;
    }

    /** The object, which takes no more fields. */
    public byte[] end() {
        out.write('}');
        return out.toByteArray();
    }

    private void value(Value value) {
        switch (value) {
            case Value.None _ -> ascii("null");
            case Value.Bool v -> ascii(v.value() ? "true" : "false");
            case Value.Int v -> ascii(Long.toString(v.value()));
            case Value.Count v -> ascii(Long.toUnsignedString(v.value()));
            case Value.Real v -> number(v.value());
            case Value.Timestamp v -> number(seconds(v.nanos()));
            case Value.Timespan v -> number(seconds(v.nanos()));
            case Value.Text v -> string(v.bytes());
            case Value.Enumerator v -> string(v.name());
            case Port v -> ascii(Integer.toString(v.number()));
            case Address v -> string(Bytes.of(v.toString()));
            case Subnet v -> string(Bytes.of(v.toString()));
            case ValueSet v -> array(v.items());
            case Vector v -> array(v.items());
            case Table v -> table(v);
        }
    }

    private void array(List<Value> items) {
        out.write('[');
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            value(items.get(i));
        }
        out.write(']');
    }

    /** No log has one, but an event may: pairs of key and value. */
    private void table(Table table) {
        out.write('[');
        String separator = "[";
        for (Table.Entry entry : table.entries()) {
            ascii(separator);
            value(entry.key());
            out.write(',');
            value(entry.value());
            out.write(']');
            separator = ",[";
        }
        out.write(']');
    }

    private static double seconds(long nanos) {
        return nanos / 1_000_000_000L + nanos % 1_000_000_000L / BILLION;
    }

    /** The shortest number that reads back as the same double, with a point as all reals have. */
    private void number(double number) {
        if (!Double.isFinite(number)) {
            ascii("null");
            return;
        }
        String text = Double.toString(number);
        if (text.indexOf('E') >= 0 && Math.abs(number) >= 1e-6 && Math.abs(number) < 1e21) {
            String plain = new BigDecimal(text).toPlainString();
            text = plain.indexOf('.') < 0 ? plain + ".0" : plain;
        }
        ascii(text);
    }

    private void ascii(String text) {
        for (int i = 0; i < text.length(); i++) {
            out.write(text.charAt(i));
        }
    }

    private void string(Bytes bytes) {
        out.write('"');
        boolean text = isText(bytes);
        for (int i = 0; i < bytes.length(); i++) {
            byte b = bytes.at(i);
            switch (b) {
                case '"' -> ascii("\\\"");
                case '\\' -> ascii("\\\\");
                case '\b' -> ascii("\\b");
                case '\f' -> ascii("\\f");
                case '\n' -> ascii("\\n");
                case '\r' -> ascii("\\r");
                case '\t' -> ascii("\\t");
                default -> {
                    if (text || b >= ' ' && b < 0x7f) {
                        out.write(b);
                    } else {
                        ascii("\\\\x");
                        out.write(HEX[b >> 4 & 15]);
                        out.write(HEX[b & 15]);
                    }
                }
            }
        }
        out.write('"');
    }

    /** Whether it may stand as it is. */
    private static boolean isText(Bytes bytes) {
        boolean ascii = true;
        for (int i = 0; i < bytes.length(); i++) {
            byte b = bytes.at(i);
            if (b < 0) {
                ascii = false;
            } else if (b == 0x7f || b < ' ' && !hasEscape(b)) {
                return false;
            }
        }
        return ascii || bytes.isUtf8() && bytes.utf8().codePoints().noneMatch(ZeekJson::isOdd);
    }

    private static boolean hasEscape(byte b) {
        return b == '\b' || b == '\f' || b == '\n' || b == '\r' || b == '\t';
    }

    private static boolean isOdd(int codePoint) {
        return codePoint >= 0x7f && codePoint <= 0x9f || codePoint >= 0xe000 && codePoint <= 0xf8ff
                || codePoint >= 0xfff0 && codePoint <= 0xffff;
    }
}
