package dev.tocsin.base;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A number of bytes, written as {@code 10MiB}, {@code 1GB}, {@code 512}. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*([kKmMgGtT]?)(i?)[bB]?");

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("a size cannot be negative: " + bytes);
        }
    }

    /** @throws IllegalArgumentException when the text is not a size */
    public static ByteSize parse(String text) {
        Matcher m = FORM.matcher(text.strip());
        if (!m.matches()) {
            throw new IllegalArgumentException("not a size: \"" + text + "\" (write 512, 64KiB, 10MiB, 2GB)");
        }
        long unit = m.group(3).isEmpty() && !m.group(2).isEmpty() ? 1000 : 1024;
        int power = "kmgt".indexOf(m.group(2).toLowerCase(Locale.ROOT)) + 1;
        long factor = m.group(2).isEmpty() ? 1 : (long) Math.pow(unit, power);
        return new ByteSize(Math.multiplyExact(Long.parseLong(m.group(1)), factor));
    }

    @Override
    public String toString() {
        String[] units = {"B", "KiB", "MiB", "GiB", "TiB"};
        int i = 0;
        double value = bytes;
        while (value >= 1024 && i < units.length - 1) {
            value /= 1024;
            i++;
        }
        return i == 0 ? bytes + " B" : String.format(Locale.ROOT, "%.1f %s", value, units[i]);
    }
}
