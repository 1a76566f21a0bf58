package dev.tocsin.fabric.data;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * Writes JSON as RFC 8259 has it, into memory.
 *
 * <p>Bytes of strings: valid UTF-8 stands as it is, the quote, the backslash and controls are escaped ({@code \n} or the
 * like, else {@code \}{@code u00XX}). Bytes that are not valid UTF-8 have no form in JSON that Broker or Zeek would read
 * back as the same bytes; they stand raw, as Broker and Zeek write them, and {@link #isUtf8} then says so, for the one who
 * chooses the frame. A real that is not finite has no form in JSON either and is {@code null}.
 */
public final class JsonWriter {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final double PLAIN_MAX = 1e15;

    /** How much of a real and of a time is written. */
    public enum Precision {
        /** As Broker and Zeek write: reals as {@code %f}, times cut to ms. Loses what does not fit. */
        COMPATIBLE,
        /** As Broker and Zeek also read: reals as short as identifies them, times with up to 9 decimals. Loses nothing. */
        EXACT
    }

    private final boolean exact;
    private byte[] out = new byte[256];
    private int size;
    private boolean utf8 = true;

    public JsonWriter(Precision precision) {
        this.exact = precision == Precision.EXACT;
    }

    /** Begins anew, keeps its memory. */
    public JsonWriter reset() {
        size = 0;
        utf8 = true;
        return this;
    }

    public int size() {
        return size;
    }

    /** Whether all that was written is valid UTF-8. */
    public boolean isUtf8() {
        return utf8;
    }

    public byte[] toByteArray() {
        return Arrays.copyOf(out, size);
    }

    /** ASCII as it is. */
    public JsonWriter raw(String ascii) {
        room(ascii.length());
        for (int i = 0; i < ascii.length(); i++) {
            out[size++] = (byte) ascii.charAt(i);
        }
        return this;
    }

    /** A JSON string. */
    public JsonWriter string(String text) {
        return string(Bytes.of(text));
    }

    /** A JSON string. */
    public JsonWriter string(Bytes bytes) {
        room(bytes.length() + 2);
        out[size++] = '"';
        boolean ascii = true;
        for (int i = 0; i < bytes.length(); i++) {
            byte b = bytes.at(i);
            if (b >= ' ' && b != '"' && b != '\\') {
                room(1);
                out[size++] = b;
            } else if (b < 0) {
                ascii = false;
                room(1);
                out[size++] = b;
            } else {
                escape(b);
            }
        }
        utf8 &= ascii || bytes.isUtf8();
        room(1);
        out[size++] = '"';
        return this;
    }

    private void escape(byte b) {
        room(6);
        out[size++] = '\\';
        switch (b) {
            case '"', '\\' -> out[size++] = b;
            case '\b' -> out[size++] = 'b';
            case '\f' -> out[size++] = 'f';
            case '\n' -> out[size++] = 'n';
            case '\r' -> out[size++] = 'r';
            case '\t' -> out[size++] = 't';
            default -> {
                out[size++] = 'u';
                out[size++] = '0';
                out[size++] = '0';
                out[size++] = HEX[b >> 4];
                out[size++] = HEX[b & 15];
            }
        }
    }

    /** {@code {"@data-type":T,"data":D}}. */
    public JsonWriter value(Value value) {
        raw("{");
        members(value);
        return raw("}");
    }

    /** {@code "@data-type":T,"data":D}, for an object that says more. */
    public JsonWriter members(Value value) {
        raw("\"@data-type\":\"").raw(value.type().text()).raw("\",\"data\":");
        switch (value) {
            case Value.None _ -> raw("{}");
            case Value.Bool v -> raw(v.value() ? "true" : "false");
            case Value.Count v -> raw(Long.toUnsignedString(v.value()));
            case Value.Int v -> raw(Long.toString(v.value()));
            case Value.Real v -> real(v.value());
            case Value.Text v -> string(v.bytes());
            case Value.Enumerator v -> string(v.name());
            case Value.Timestamp v -> quoted(ScalarText.print(v, exact));
            case Value.Timespan v -> quoted(ScalarText.print(v));
            case Address v -> quoted(v.toString());
            case Subnet v -> quoted(v.toString());
            case Port v -> quoted(v.toString());
            case Vector v -> array(v.items());
            case ValueSet v -> array(v.items());
            case Table v -> table(v);
        }
        return this;
    }

    private void quoted(String ascii) {
        raw("\"").raw(ascii).raw("\"");
    }

    private void array(List<Value> items) {
        raw("[");
        for (int i = 0; i < items.size(); i++) {
            raw(i == 0 ? "" : ",");
            value(items.get(i));
        }
        raw("]");
    }

    private void table(Table table) {
        raw("[");
        for (int i = 0; i < table.size(); i++) {
            Table.Entry entry = table.entries().get(i);
            raw(i == 0 ? "{\"key\":" : ",{\"key\":");
            value(entry.key()).raw(",\"value\":");
            value(entry.value()).raw("}");
        }
        raw("]");
    }

    private void real(double number) {
        if (!Double.isFinite(number)) {
            raw("null");
        } else if (exact) {
            raw(Double.toString(number));
        } else if (Math.abs(number) < PLAIN_MAX && number == Math.rint(number)) {
            raw(number == 0 && 1 / number < 0 ? "-0" : Long.toString((long) number)).raw(".000000");
        } else {
            String digits = new BigDecimal(number).setScale(6, RoundingMode.HALF_EVEN).toPlainString();
            raw(number < 0 && digits.charAt(0) != '-' ? "-" + digits : digits);
        }
    }

    private void room(int more) {
        if (out.length - size < more) {
            out = Arrays.copyOf(out, Math.max(out.length * 2, size + more));
        }
    }
}
