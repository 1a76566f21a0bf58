package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a text must have for a regular expression to be found in it, so that most texts need no search: literals, and a number
 * of characters. Both are implied by a match and never the other way round; of syntax that is not understood nothing is
 * implied.
 *
 * <p>Literals are folded. Under {@code (?i)} RE2 also takes U+017F for an s, which folding does not; such characters stand in
 * no literal.
 */
final class RegexLiterals {
    /** Nothing is required. */
    static final Required NOTHING = new Required(List.of(), 0);
    private static final int LITERALS_MAX = 200_000;
    /** A run of characters, each one of a few, is written out in so many literals at most. */
    private static final int SPELLINGS_MAX = 16;
    private static final int LENGTH_MAX = 10_000;

    /**
     * @param allOf of each of these lists one must occur
     * @param characters so many there must be at least
     */
    record Required(List<List<String>> allOf, int characters) {
    }

    /**
     * A part of the expression.
     *
     * @param exact the texts that it matches, folded, if they are few; else null
     * @param allOf what it requires besides
     */
    private record Piece(@Nullable Set<String> exact, List<List<String>> allOf, int characters) {
        static Piece any(int characters) {
            return new Piece(null, List.of(), characters);
        }

        /** With what it matches as a requirement. */
        List<List<String>> all() {
            return exact == null || exact.contains("") ? allOf : List.of(List.copyOf(exact));
        }

        /** The requirement whose shortest literal is the longest. */
        List<String> best() {
            List<String> best = List.of();
            for (List<String> some : all()) {
                best = best.isEmpty() || shortest(some) > shortest(best) ? some : best;
            }
            return best;
        }
    }

    private RegexLiterals() {
    }

    static Required of(Regex regex) {
        return RegexSyntax.parse(regex).map(RegexLiterals::piece).map(p -> new Required(p.all(), p.characters()))
                .orElse(NOTHING);
    }

    private static int shortest(List<String> literals) {
        return literals.stream().mapToInt(String::length).min().orElse(0);
    }

    private static Piece piece(RegexSyntax syntax) {
        return switch (syntax) {
            case RegexSyntax.Chars chars -> new Piece(spellings(chars), List.of(), 1);
            case RegexSyntax.Begin _,RegexSyntax.End _,RegexSyntax.Boundary _ -> new Piece(Set.of(""), List.of(), 0);
            case RegexSyntax.Sequence(var parts) -> sequence(parts);
            case RegexSyntax.Choice(var parts) -> choice(parts.stream().map(RegexLiterals::piece).toList());
            case RegexSyntax.Repeat(var part, int min, int max) -> {
                Piece inner = piece(part);
                int characters = (int) Math.min(LENGTH_MAX, (long) inner.characters() * min);
                yield min == 0
                        ? Piece.any(0)
                        : min == 1 && max == 1 ? inner : new Piece(null, inner.all(), characters);
            }
        };
    }

    private static @Nullable Set<String> spellings(RegexSyntax.Chars chars) {
        if (chars.single() >= 0) {
            return Set.of(Fold.fold(Character.toString(chars.single())));
        }
        if (chars.beyond()) {
            return null;
        }
        Set<String> all = new LinkedHashSet<>();
        for (int c = 0; c < 0x80; c++) {
            if (chars.has(c)) {
                all.add(Fold.fold(Character.toString(c)));
            }
        }
        return all.size() > SPELLINGS_MAX || all.isEmpty() ? null : all;
    }

    private static Piece choice(List<Piece> pieces) {
        Set<String> exact = new LinkedHashSet<>();
        List<String> union = new ArrayList<>();
        boolean isExact = true;
        boolean all = true;
        int characters = Integer.MAX_VALUE;
        for (Piece piece : pieces) {
            characters = Math.min(characters, piece.characters());
            isExact &= piece.exact() != null;
            if (isExact) {
                exact.addAll(piece.exact());
            }
            List<String> best = piece.best();
            all &= !best.isEmpty() && union.size() < LITERALS_MAX;
            if (all) {
                union.addAll(best);
            }
        }
        return new Piece(isExact && exact.size() <= SPELLINGS_MAX ? exact : null, all ? List.of(union) : List.of(),
                characters);
    }

    private static Piece sequence(List<RegexSyntax> parts) {
        Set<String> run = Set.of("");
        boolean exact = true;
        List<List<String>> allOf = new ArrayList<>();
        int characters = 0;
        for (RegexSyntax part : parts) {
            Piece piece = piece(part);
            characters = Math.min(LENGTH_MAX, characters + piece.characters());
            Set<String> texts = piece.exact();
            Set<String> once = onceAtLeast(part);
            if (once != null && run.size() * once.size() <= SPELLINGS_MAX) {
                add(allOf, product(run, once));
                run = Set.of("");
                exact = false;
            } else if (texts == null) {
                add(allOf, run);
                run = Set.of("");
                allOf.addAll(piece.allOf());
                exact = false;
            } else if (run.size() * texts.size() > SPELLINGS_MAX) {
                add(allOf, run);
                run = texts;
                exact = false;
            } else {
                run = product(run, texts);
            }
        }
        if (exact) {
            return new Piece(run, List.of(), characters);
        }
        add(allOf, run);
        return new Piece(null, allOf, characters);
    }

    /** What a repeat begins with, if that is one of few texts. */
    private static @Nullable Set<String> onceAtLeast(RegexSyntax part) {
        return part instanceof RegexSyntax.Repeat repeat && repeat.min() > 0 && repeat.max() != 1
                ? piece(repeat.part()).exact()
                : null;
    }

    private static void add(List<List<String>> allOf, Set<String> run) {
        if (!run.contains("")) {
            allOf.add(List.copyOf(run));
        }
    }

    private static Set<String> product(Set<String> starts, Set<String> ends) {
        Set<String> all = new LinkedHashSet<>();
        for (String start : starts) {
            for (String end : ends) {
                all.add(start + end);
            }
        }
        return all;
    }
}
