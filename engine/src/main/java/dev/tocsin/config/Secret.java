package dev.tocsin.config;

/** A value that is never printed. Comes from {@code ${env:NAME}}, {@code ${file:/path}} or, with a warning, the file. */
public record Secret(String value) {
    @Override
    public String toString() {
        return "***";
    }
}
