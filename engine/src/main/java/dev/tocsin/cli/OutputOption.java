package dev.tocsin.cli;

import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code -o json} on every command. */
public final class OutputOption {
    /** How data are written. */
    public enum Format {
        TEXT,
        JSON
    }

    @Option(names = {"-o",
            "--output"}, paramLabel = "text|json", converter = FormatReader.class, description = "How data are written.")
    private @Nullable Format format;

    /** What was asked for, if anything. */
    public Optional<Format> format() {
        return Optional.ofNullable(format);
    }

    public boolean isJson() {
        return format == Format.JSON;
    }

    /** Takes the word in any case, whatever the command around it does with other words. */
    static final class FormatReader implements ITypeConverter<Format> {
        @Override
        public Format convert(String word) {
            return switch (word.toLowerCase(Locale.ROOT)) {
                case "text" -> Format.TEXT;
                case "json" -> Format.JSON;
                default -> throw new TypeConversionException("it is text or json, not \"" + word + "\"");
            };
        }
    }
}
