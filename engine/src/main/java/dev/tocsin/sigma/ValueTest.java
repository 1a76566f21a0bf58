package dev.tocsin.sigma;

import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** What one value of an item asks of a field, all value modifiers applied. */
public sealed interface ValueTest {

    /** The whole text of a value; numbers and booleans count as their text. Without case unless {@code cased}. */
    record Text(TextPattern pattern, boolean cased) implements ValueTest {
        @Override
        public String toString() {
            return "\"" + pattern + "\"" + (cased ? " (case-sensitive)" : "");
        }
    }

    /** An unanchored search. */
    record Search(Regex regex) implements ValueTest {
        @Override
        public String toString() {
            return regex.toString();
        }
    }

    /** The value is an address of the network's family and in it. */
    record InNetwork(Network network) implements ValueTest {
        @Override
        public String toString() {
            return "in " + network;
        }
    }

    /** Numeric comparison; text that is not a number never matches. */
    record Compare(Order order, BigDecimal number) implements ValueTest {
        @Override
        public String toString() {
            return order.sign + " " + number.toPlainString();
        }
    }

    /** A number taken out of a date as it is written, without regard to time zones. */
    record DatePart(DateUnit unit, Order order, BigDecimal number) implements ValueTest {
        @Override
        public String toString() {
            return unit.name().toLowerCase(Locale.ROOT) + " " + order.sign + " " + number.toPlainString();
        }
    }

    /** The field is absent or null. */
    record IsNull() implements ValueTest {
        @Override
        public String toString() {
            return "null";
        }
    }

    /** The field is present, even if null or empty. */
    record Exists(boolean expected) implements ValueTest {
        @Override
        public String toString() {
            return expected ? "exists" : "does not exist";
        }
    }

    /** Another field of the same event has a value that this one equals, begins with, ends with or contains. */
    record SameAs(String field, boolean before, boolean after, boolean cased) implements ValueTest {
        @Override
        public String toString() {
            return (before && after ? "contains" : after ? "starts with" : before ? "ends with" : "equals") + " field "
                    + field;
        }
    }

    /** Any of several forms of one value, from {@code base64offset} or a placeholder. */
    record OneOf(List<ValueTest> forms) implements ValueTest {
        public OneOf {
            forms = List.copyOf(forms);
        }

        @Override
        public String toString() {
            return forms.toString();
        }
    }

    /** How numbers are compared. */
    enum Order {
        EQUAL("="),
        LESS("<"),
        LESS_OR_EQUAL("<="),
        GREATER(">"),
        GREATER_OR_EQUAL(">=");

        final String sign;

        Order(String sign) {
            this.sign = sign;
        }

        boolean holds(BigDecimal actual, BigDecimal bound) {
            int comparison = actual.compareTo(bound);
            return switch (this) {
                case EQUAL -> comparison == 0;
                case LESS -> comparison < 0;
                case LESS_OR_EQUAL -> comparison <= 0;
                case GREATER -> comparison > 0;
                case GREATER_OR_EQUAL -> comparison >= 0;
            };
        }
    }
}
