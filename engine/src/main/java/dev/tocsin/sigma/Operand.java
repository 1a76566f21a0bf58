package dev.tocsin.sigma;

import java.math.BigDecimal;
import java.util.List;

/** A value on its way through the modifiers. */
sealed interface Operand {
    /**
     * @param source the text as the rule has it, for modifiers that read it by other rules than Sigma's
     * @param encoded one character per byte, from a UTF-16 modifier
     * @param bounded a modifier said where in the field it must stand
     */
    record Text(TextPattern pattern, String source, boolean cased, boolean encoded,
            boolean bounded) implements Operand {
        Text with(TextPattern other) {
            return new Text(other, source, cased, encoded, bounded);
        }
    }

    record Number(BigDecimal value, String text) implements Operand {
    }

    record Bool(boolean value, String text) implements Operand {
    }

    record Null() implements Operand {
    }

    /** A value that has become a test and takes few modifiers from now on. */
    record Done(ValueTest test) implements Operand {
    }

    /** Several forms of one value. */
    record Forms(List<Operand> forms) implements Operand {
        public Forms {
            forms = List.copyOf(forms);
        }
    }
}
