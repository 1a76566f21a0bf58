package dev.tocsin.cli.broker;

import dev.tocsin.event.Json;
import dev.tocsin.fabric.data.PlainJson;
import dev.tocsin.fabric.data.Value;
import dev.tocsin.fabric.data.ValueException;
import picocli.CommandLine.TypeConversionException;
import tools.jackson.core.JacksonException;

/** Values as a person writes them: JSON, see {@link PlainJson}, and what is no JSON is a string. */
final class ValueText {
    private ValueText() {
    }

    static Value parse(String text) {
        try {
            return PlainJson.read(Json.read(text));
        } catch (JacksonException _) {
            return Value.of(text);
        } catch (ValueException e) {
            throw new TypeConversionException(text + ": " + e.getMessage());
        }
    }
}
