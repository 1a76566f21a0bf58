package dev.tocsin.cli.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** Text with placeholders, taken apart once and checked: a phrase that exists can be rendered. */
record Phrase(List<Piece> pieces) {
    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}]*)}");
    private static final Pattern NAME = Pattern.compile("(\\w+)(?:#(\\d))?(?:\\.(\\w+))?");
    private static final Pattern RANGE = Pattern.compile("(\\d{1,15})-(\\d{1,15})");

    /**
     * What placeholders may name.
     *
     * @param where for errors
     * @param facts names given by {@code let} and {@code facts}
     */
    record Scope(String where, Pools pools, Set<String> facts) {
    }

    static Phrase parse(String text, Scope scope) {
        List<Piece> pieces = new ArrayList<>();
        Matcher m = PLACEHOLDER.matcher(text);
        int from = 0;
        while (m.find()) {
            if (m.start() > from) {
                pieces.add(new Piece.Fixed(text.substring(from, m.start())));
            }
            pieces.add(placeholder(m.group(1), scope));
            from = m.end();
        }
        if (from < text.length() || pieces.isEmpty()) {
            pieces.add(new Piece.Fixed(text.substring(from)));
        }
        return new Phrase(List.copyOf(pieces));
    }

    String render(Cast cast) {
        if (pieces.size() == 1) {
            return pieces.getFirst().render(cast);
        }
        StringBuilder text = new StringBuilder();
        for (Piece piece : pieces) {
            text.append(piece.render(cast));
        }
        return text.toString();
    }

    /** As {@link #render}; a single number becomes a JSON number. */
    JsonNode renderNode(Cast cast) {
        String text = render(cast);
        if (pieces.size() == 1 && pieces.getFirst().isNumber()) {
            return text.indexOf('.') >= 0
                    ? JsonNodeFactory.instance.numberNode(Double.parseDouble(text))
                    : JsonNodeFactory.instance.numberNode(Long.parseLong(text));
        }
        return JsonNodeFactory.instance.stringNode(text);
    }

    private static Piece placeholder(String inside, Scope scope) {
        int colon = inside.indexOf(':');
        return colon < 0
                ? named(inside, scope)
                : made(inside.substring(0, colon), inside.substring(colon + 1), scope);
    }

    private static Piece named(String inside, Scope scope) {
        Matcher m = NAME.matcher(inside);
        if (!m.matches()) {
            throw new ScenarioException(scope.where, "not a placeholder: ${" + inside + "}");
        }
        String name = m.group(1);
        if (scope.facts.contains(name) && m.group(2) == null && m.group(3) == null) {
            return new Piece.Fact(name);
        }
        String field = m.group(3) == null ? "" : m.group(3);
        if (!scope.pools.has(name)) {
            throw new ScenarioException(scope.where, "${" + inside + "} names no pool, fact or let");
        }
        if (!scope.pools.hasField(name, field)) {
            throw new ScenarioException(scope.where, "${" + inside + "}: not every element of the pool has that field");
        }
        return new Piece.Picked(name, m.group(2) == null ? 1 : Integer.parseInt(m.group(2)), field);
    }

    private static Piece made(String kind, String argument, Scope scope) {
        return switch (kind) {
            case "int" -> range(argument, scope);
            case "hex" -> new Piece.Signs("0123456789abcdef", count(argument, scope));
            case "upper" -> new Piece.Signs("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", count(argument, scope));
            case "lower" -> new Piece.Signs("abcdefghijklmnopqrstuvwxyz", count(argument, scope));
            case "uuid" -> new Piece.Uuid(false);
            case "guid" -> new Piece.Uuid(true);
            case "now" -> now(argument, scope);
            default -> throw new ScenarioException(scope.where, "unknown placeholder ${" + kind + ":" + argument
                    + "}; known: int, hex, upper, lower, uuid, guid, now");
        };
    }

    private static Piece range(String argument, Scope scope) {
        Matcher m = RANGE.matcher(argument);
        if (!m.matches() || Long.parseLong(m.group(1)) > Long.parseLong(m.group(2))) {
            throw new ScenarioException(scope.where, "${int:" + argument + "} is not a range such as 1000-60000");
        }
        return new Piece.Whole(Long.parseLong(m.group(1)), Long.parseLong(m.group(2)));
    }

    private static int count(String argument, Scope scope) {
        if (!argument.matches("[1-9]\\d{0,3}")) {
            throw new ScenarioException(scope.where, "a number of characters is wanted, not \"" + argument + "\"");
        }
        return Integer.parseInt(argument);
    }

    private static Piece now(String argument, Scope scope) {
        for (TimeForm form : TimeForm.values()) {
            if (form.name().toLowerCase(Locale.ROOT).equals(argument)) {
                return new Piece.Now(form);
            }
        }
        throw new ScenarioException(scope.where, "unknown time ${now:" + argument
                + "}; known: iso, seconds, rfc3164, clf, sysmon, local, epoch");
    }
}
