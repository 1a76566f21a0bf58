package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Random rules over random events of a small world, in which everything meets everything: compiled equals naive. */
class EngineEqualsNaiveTest {
    private static final long SEED = 20261121L;
    private static final String[] FIELDS = {"A", "B", "a.b", "C"};
    private static final String[] WORDS = {"x", "X-y", "a/b", "é", "7", "10.0.0.1", "\u2014z", "ab", "", "Ab*", "a?b",
            "\\", "😀"};
    private static final String[] MODIFIERS = {"", "|contains", "|startswith", "|endswith", "|contains|all", "|cased",
            "|contains|cased", "|windash|contains", "|neq", "|re", "|re|i", "|gt", "|lte", "|exists", "|fieldref",
            "|fieldref|endswith", "|base64offset|contains", "|cidr", "|all"};
    private static final String[] CONDITIONS = {"s1", "s1 and not s2", "1 of s*", "all of s*", "not (s1 or s3)",
            "s1 or s2 and s3", "not 1 of them"};

    private final Random random = new Random(SEED);

    private String pick(String... from) {
        return from[random.nextInt(from.length)];
    }

    private String value(String modifier) {
        return switch (modifier) {
            case "|gt", "|lte" -> pick("7", "0", "8.5");
            case "|exists" -> pick("true", "false");
            case "|fieldref", "|fieldref|endswith" -> pick(FIELDS);
            case "|cidr" -> pick("10.0.0.0/8", "10.0.0.0/31", "fe80::/10");
            case "|re", "|re|i" -> "'" + pick("^a", "b$", "x.y", "[0-9]+", "^$") + "'";
            case "|base64offset|contains" -> "'" + pick("ab", "xyz") + "'";
            default ->
                pick("", "*", "?", "'" + pick(WORDS) + pick("", "*", "?", "\\*") + pick(WORDS) + "'", "null", "7",
                        "true");
        };
    }

    private String item() {
        String modifier = pick(MODIFIERS);
        List<String> values = new ArrayList<>();
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            values.add("'*?".contains(value(modifier)) ? "'*'" : value(modifier));
        }
        return "'" + pick(FIELDS) + modifier + "': [" + String.join(", ", values) + "]";
    }

    private String selection() {
        return switch (random.nextInt(5)) {
            case 0 -> "['" + pick("x", "b", "7", "a?") + "', {" + item() + "}]";
            case 1 -> "{'|all': [x, '" + pick("b", "7", "é") + "']}";
            case 2 -> "[{" + item() + "}, {" + item() + "}]";
            default -> "{" + item() + "}";
        };
    }

    private String event() {
        List<String> fields = new ArrayList<>();
        for (String field : List.of("A", "B", "C", "_A", "D")) {
            if (random.nextInt(3) > 0) {
                fields.add("\"" + field + "\":" + json(2));
            }
        }
        if (random.nextBoolean()) {
            fields.add(random.nextBoolean()
                    ? "\"a\":{\"b\":" + json(1) + "}"
                    : "\"a\":[{\"b\":" + json(1) + "},{\"c\":1}]");
        }
        return "{" + String.join(",", fields) + "}";
    }

    private String json(int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> pick("7", "8.5", "-1", "true");
            case 6 -> "[" + json(depth - 1) + "," + json(depth - 1) + "]";
            case 7 -> pick("[]", "{\"q\":\"xab\"}");
            default -> "\"" + (pick(WORDS) + pick("", pick(WORDS), " " + pick(WORDS))).replace("\\", "\\\\") + "\"";
        };
    }

    @Test
    void onGeneratedRulesAndEvents() {
        List<SigmaRule> rules = new ArrayList<>();
        while (rules.size() < 1500) {
            String yaml = Rules
                    .yaml("s1: " + selection() + "\ns2: " + selection() + "\ns3: " + selection() + "\ncondition: "
                            + pick(CONDITIONS))
                    .replace("-000000000001", "-%012d".formatted(rules.size()));
            rules.addAll(SigmaRules.parse("r.yml", yaml).rules());
        }
        SigmaEngine engine = SigmaEngine.compile(rules, FieldMapping.IDENTITY);
        NaiveEvaluator naive = new NaiveEvaluator(FieldMapping.IDENTITY);
        long matches = 0;
        for (int i = 0; i < 300; i++) {
            String text = event();
            JsonNode event = SigmaCases.json(text);
            List<SigmaRule> expected = rules.stream().filter(rule -> naive.matches(rule, event)).toList();
            assertThat(engine.match(event, "test", List.of(), null)).as("seed %d, event %s", SEED, text)
                    .isEqualTo(expected);
            matches += expected.size();
        }
        assertThat(matches).isBetween(50_000L, 400_000L);
    }
}
