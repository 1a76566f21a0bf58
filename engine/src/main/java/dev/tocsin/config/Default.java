package dev.tocsin.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * The value a setting has when the file does not name it, written as it would be in YAML ({@code 5s}, {@code []},
 * {@code {}}). A component with neither this nor {@code @Nullable} must be given in the file.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    String value();
}
