package dev.tocsin.sigma;

import java.util.List;
import java.util.Optional;

/**
 * Whether RE2 could compile a regular expression in bounded time and memory, told from its text alone. RE2's matching is linear,
 * its compiling is not: it goes through what follows for each class, and through all alternatives for each that shares nothing with
 * the one before. Measured on one core, the limits are about a second each.
 */
final class RegexCost {
    private static final long CLASSES_BY_LENGTH_MAX = 5_000_000_000L;
    private static final long ALTERNATIVES_MAX = 18_000;
    /** Instructions, 64 bytes each. */
    private static final long SIZE_MAX = 1_000_000;

    private RegexCost() {
    }

    /** What is too much, as a clause; nothing if it can be compiled. */
    static Optional<String> tooMuch(Regex regex) {
        String source = regex.source();
        long classes = source.chars().filter(c -> c == '[').count();
        if (classes * source.length() > CLASSES_BY_LENGTH_MAX) {
            return Optional.of(classes + " classes in " + source.length() + " characters");
        }
        long alternatives = alternatives(source);
        if (alternatives > ALTERNATIVES_MAX) {
            return Optional.of("more than " + ALTERNATIVES_MAX + " alternatives that begin differently");
        }
        if (source.indexOf('{') >= 0 && size(regex) > SIZE_MAX) {
            return Optional.of("its repeats make it more than " + SIZE_MAX + " steps long");
        }
        return Optional.empty();
    }

    /** Alternatives whose first character is not that of the one before. */
    private static long alternatives(String source) {
        long different = 0;
        char before = 0;
        for (int i = 0; i + 1 < source.length(); i++) {
            char c = source.charAt(i);
            if (c == '\\') {
                i++;
            } else if (c == '|') {
                char first = source.charAt(i + 1);
                different += first == before ? 0 : 1;
                before = first;
            }
        }
        return different;
    }

    /** Of what is not understood, no size is known: the largest product that its repeats could make. */
    private static double size(Regex regex) {
        return RegexSyntax.parse(regex).map(RegexCost::size).orElseGet(() -> {
            double product = regex.source().length();
            for (String part : regex.source().split("\\{", -1)) {
                String number = part.replaceFirst("(?s)^(?:\\d*,)?(\\d+),?\\}.*", "$1");
                product *= number.matches("\\d{1,9}") ? Math.max(1, Integer.parseInt(number)) : 1;
            }
            return product;
        });
    }

    private static double size(RegexSyntax syntax) {
        return switch (syntax) {
            case RegexSyntax.Sequence(List<RegexSyntax> parts) -> parts.stream().mapToDouble(RegexCost::size).sum();
            case RegexSyntax.Choice(List<RegexSyntax> parts) -> parts.stream().mapToDouble(RegexCost::size).sum()
                    + parts.size();
            case RegexSyntax.Repeat(RegexSyntax part, int min, int max) ->
                (size(part) + 1) * Math.max(1, Math.max(min, max));
            default -> 1;
        };
    }
}
