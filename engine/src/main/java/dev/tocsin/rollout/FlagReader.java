package dev.tocsin.rollout;

import dev.tocsin.base.Problem;
import dev.tocsin.config.Nearest;
import dev.tocsin.config.ProblemCode;
import dev.tocsin.rollout.logic.Expression;
import dev.tocsin.rollout.logic.Expression.Branch;
import dev.tocsin.rollout.logic.Expression.Constant;
import dev.tocsin.rollout.logic.Expression.Fraction;
import dev.tocsin.rollout.logic.Expression.Operation;
import dev.tocsin.rollout.logic.Expression.Variable;
import dev.tocsin.rollout.logic.LogicCompiler;
import dev.tocsin.rollout.logic.LogicException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reads documents of flags: strictly when somebody wants to set them, with all problems at once, and leniently when they are
 * in force already: what was accepted by another version, or written by another program, spoils only the flag it stands in.
 */
final class FlagReader {
    private final FlagSchema schema = new FlagSchema();

    /** All that is wrong with a document; empty when it can be accepted. The place is a JSON pointer. */
    List<Problem> check(JsonNode document) {
        List<Problem> problems = new ArrayList<>(schema.check(document));
        if (problems.isEmpty()) {
            document.path("flags").properties().forEach(f -> read(f.getKey(), f.getValue(), document, problems));
            checkEvaluators(document, problems);
        }
        return List.copyOf(problems);
    }

    /** @param everSet the flags that were set in earlier revisions */
    FlagSet read(long revision, JsonNode document, Set<String> everSet) {
        Map<String, Flag> flags = new HashMap<>();
        Set<String> ever = new HashSet<>(everSet);
        List<Problem> form = schema.check(document);
        document.path("flags").properties().forEach(f -> {
            List<Problem> problems = new ArrayList<>();
            String at = "/flags/" + f.getKey();
            form.stream().filter(p -> !p.where().startsWith("/flags/") || p.where().equals(at)
                    || p.where().startsWith(at + "/")).forEach(problems::add);
            Flag flag = problems.isEmpty() ? read(f.getKey(), f.getValue(), document, problems) : null;
            flags.put(f.getKey(), problems.isEmpty() && flag != null
                    ? flag
                    : Flag.broken(f.getKey(), problems.getFirst().where() + " " + problems.getFirst().what()));
            ever.add(f.getKey());
        });
        return new FlagSet(revision, flags, ever, "");
    }

    private static @Nullable Flag read(String key, JsonNode json, JsonNode document, List<Problem> problems) {
        String at = "/flags/" + key;
        Optional<GateFlag> known = GateFlag.of(key);
        if (known.isEmpty()) {
            problems.add(problem(at, "there is no flag \"" + key + "\"", Nearest.hint(key, GateFlag.keys())));
            return null;
        }
        Map<String, Boolean> variants = new HashMap<>();
        json.path("variants").properties().forEach(v -> variants.put(v.getKey(), v.getValue().asBoolean()));
        String standard = json.path("defaultVariant").isString() ? json.path("defaultVariant").asString() : null;
        if (standard != null && !variants.containsKey(standard)) {
            problems.add(problem(at + "/defaultVariant", "\"" + standard + "\" is no variant",
                    Nearest.hint(standard, variants.keySet())));
        }
        Expression targeting = compile(json.path("targeting"), at + "/targeting", known.get(), document, problems);
        Set<String> engines = new HashSet<>();
        engines(targeting, engines);
        checkOutcomes(targeting, at + "/targeting", variants.keySet(), standard, problems);
        return Flag.of(key, json.path("state").asString("").equals("ENABLED"), variants, standard, targeting, engines);
    }

    private static Expression compile(JsonNode targeting, String at, GateFlag flag, JsonNode document,
            List<Problem> problems) {
        if (targeting.isMissingNode()) {
            return new Constant(null);
        }
        try {
            return new LogicCompiler(document.path("$evaluators"), flag.variables()).compile(targeting, at);
        } catch (LogicException e) {
            problems.add(ofLogic(e, flag));
            return new Constant(null);
        }
    }

    /** Rules that nothing refers to are looked at, too: they may be referred to next. */
    private static void checkEvaluators(JsonNode document, List<Problem> problems) {
        Set<String> said = new LinkedHashSet<>();
        problems.forEach(p -> said.add(p.where()));
        document.path("$evaluators").properties().forEach(e -> {
            try {
                new LogicCompiler(document.path("$evaluators"), GateFlag.EGRESS.variables()).compile(e.getValue(),
                        "/$evaluators/" + e.getKey());
            } catch (LogicException problem) {
                Problem found = ofLogic(problem, GateFlag.EGRESS);
                if (said.add(found.where())) {
                    problems.add(found);
                }
            }
        });
    }

    private static Problem ofLogic(LogicException e, GateFlag flag) {
        String message = String.valueOf(e.getMessage());
        int colon = message.indexOf(": ");
        String what = message.substring(colon + 2);
        String hint = "";
        if (what.contains("$flagd.timestamp")) {
            hint = "a gate must not ask the clock: a replay would get another answer";
        } else if (what.startsWith("unknown variable \"")) {
            hint = flag.key() + " knows " + String.join(", ", flag.variables());
        }
        return problem(message.substring(0, colon), what, hint);
    }

    /** Where it can be seen what the targeting chooses, it must be a variant. */
    private static void checkOutcomes(Expression rule, String at, Set<String> variants, @Nullable String standard,
            List<Problem> problems) {
        switch (rule) {
            case Constant c when c.content() == null && standard == null -> problems.add(problem(at,
                    "nothing is chosen here, and there is no defaultVariant", "give a defaultVariant"));
            case Constant c when c.content() != null -> requireVariant(c.content().toString(), at, variants, problems);
            case Branch b -> {
                checkOutcomes(b.yes(), b.path() + "/1", variants, standard, problems);
                checkOutcomes(b.no(), b.path() + "/2", variants, standard, problems);
            }
            case Fraction f -> f.variants().stream().filter(v -> v != null)
                    .forEach(v -> requireVariant(String.valueOf(v), f.path(), variants, problems));
            default -> {
                // What it chooses turns out when it is evaluated; what is no variant then is held.
            }
        }
    }

    private static void requireVariant(String name, String at, Set<String> variants, List<Problem> problems) {
        if (!variants.contains(name)) {
            problems.add(problem(at, "\"" + name + "\" is no variant", Nearest.hint(name, variants)));
        }
    }

    /** The texts with which the variable engine is compared. */
    private static void engines(Expression rule, Set<String> found) {
        if (rule instanceof Operation && rule.parts().stream().anyMatch(FlagReader::isEngine)) {
            rule.parts().forEach(p -> texts(p, found));
        }
        rule.parts().forEach(p -> engines(p, found));
    }

    private static boolean isEngine(Expression rule) {
        return rule instanceof Variable v && v.name().equals("engine");
    }

    private static void texts(Expression rule, Set<String> found) {
        if (rule instanceof Constant c && c.content() instanceof String text) {
            found.add(text);
        }
        rule.parts().forEach(p -> texts(p, found));
    }

    private static Problem problem(String where, String what, String hint) {
        return ProblemCode.FLAG.problem(where, what, hint);
    }
}
