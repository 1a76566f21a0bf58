package dev.tocsin.sigma;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/** Numbers as text and text as numbers; rule values and event values go the same way, so that they meet. */
final class Numbers {
    private static final Pattern DECIMAL = Pattern
            .compile("[-+]?(\\d{1,400}(\\.\\d{0,400})?|\\.\\d{1,400})([eE][-+]?\\d{1,3})?");

    private Numbers() {
    }

    /** The text of a binary fraction without an exponent: {@code 1588318102.068177}, {@code 1.0}. */
    static String text(double number) {
        return Double.isFinite(number) ? BigDecimal.valueOf(number).toPlainString() : Double.toString(number);
    }

    /** The number that a text is, blanks around it ignored. */
    static Optional<BigDecimal> parse(String text) {
        String stripped = text.strip();
        return DECIMAL.matcher(stripped).matches() ? Optional.of(new BigDecimal(stripped)) : Optional.empty();
    }
}
