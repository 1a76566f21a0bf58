package dev.tocsin.sigma;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Brings out what alternatives begin with together: {@code abc|abd|x} becomes {@code ab(?:c|d)|x}, all the way down. It
 * finds the same texts, and of a hundred thousand alternatives only those few go on that the last characters began.
 */
final class RegexFactors {
    /** Below this they are as fast side by side. */
    private static final int ALTERNATIVES_MIN = 8;
    private static final int DEPTH_MAX = 200;

    private RegexFactors() {
    }

    static RegexSyntax bringOut(RegexSyntax syntax) {
        return bringOut(syntax, 0);
    }

    private static RegexSyntax bringOut(RegexSyntax syntax, int depth) {
        if (depth == DEPTH_MAX) {
            return syntax;
        }
        return switch (syntax) {
            case RegexSyntax.Sequence(var parts) ->
                new RegexSyntax.Sequence(parts.stream().map(part -> bringOut(part, depth + 1)).toList());
            case RegexSyntax.Repeat(var part, int min, int max) ->
                new RegexSyntax.Repeat(bringOut(part, depth + 1), min, max);
            case RegexSyntax.Choice(var parts) -> parts.size() < ALTERNATIVES_MIN
                    ? new RegexSyntax.Choice(parts.stream().map(part -> bringOut(part, depth + 1)).toList())
                    : choice(parts.stream().map(RegexFactors::sequence).toList(), depth);
            default -> syntax;
        };
    }

    private static List<RegexSyntax> sequence(RegexSyntax syntax) {
        return syntax instanceof RegexSyntax.Sequence(var parts) ? parts : List.of(syntax);
    }

    private static RegexSyntax choice(List<List<RegexSyntax>> alternatives, int depth) {
        Map<List<RegexSyntax>, List<List<RegexSyntax>>> byFirst = new LinkedHashMap<>();
        for (List<RegexSyntax> alternative : alternatives) {
            byFirst.computeIfAbsent(alternative.subList(0, Math.min(1, alternative.size())), _ -> new ArrayList<>())
                    .add(alternative);
        }
        List<RegexSyntax> choices = new ArrayList<>();
        byFirst.values().forEach(group -> choices.add(group(group, depth)));
        return choices.size() == 1 ? choices.getFirst() : new RegexSyntax.Choice(choices);
    }

    /** Alternatives of one first part, or all empty. */
    private static RegexSyntax group(List<List<RegexSyntax>> group, int depth) {
        List<RegexSyntax> one = group.getFirst();
        if (group.size() == 1 || one.isEmpty() || depth >= DEPTH_MAX - 1) {
            return group.size() == 1 || one.isEmpty()
                    ? bringOut(new RegexSyntax.Sequence(one), depth + 1)
                    : new RegexSyntax.Choice(group.stream().<RegexSyntax>map(RegexSyntax.Sequence::new).toList());
        }
        int common = one.size();
        for (List<RegexSyntax> other : group) {
            int same = 0;
            while (same < Math.min(common, other.size()) && one.get(same).equals(other.get(same))) {
                same++;
            }
            common = same;
        }
        List<RegexSyntax> parts = new ArrayList<>();
        for (RegexSyntax part : one.subList(0, common)) {
            parts.add(bringOut(part, depth + 1));
        }
        int begun = common;
        parts.add(choice(group.stream().map(other -> other.subList(begun, other.size())).toList(), depth + 1));
        return new RegexSyntax.Sequence(parts);
    }
}
