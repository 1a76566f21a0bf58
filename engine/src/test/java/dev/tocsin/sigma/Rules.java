package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;

/** Rules made of a detection only, as tests need them. */
final class Rules {
    private Rules() {
    }

    static String yaml(String detection) {
        return "title: t\nid: 7a1f5b0e-0000-4000-8000-000000000001\nlogsource:\n  product: test\ndetection:\n"
                + detection.stripIndent().indent(2);
    }

    static SigmaRule rule(String detection) {
        SigmaRules.Loaded loaded = SigmaRules.parse("rule.yml", yaml(detection));
        assertThat(loaded.problems()).isEmpty();
        return loaded.rules().getFirst();
    }

    /** The one problem for which the detection is refused. */
    static SigmaProblem refused(String detection) {
        SigmaRules.Loaded loaded = SigmaRules.parse("rule.yml", yaml(detection));
        assertThat(loaded.rules()).isEmpty();
        assertThat(loaded.problems()).hasSize(1);
        return loaded.problems().getFirst();
    }

    /** Whether the compiled rule matches; the naive evaluation has to agree. */
    static boolean matches(String detection, String event) {
        return matches(rule(detection), event);
    }

    /** The same for a rule that was read before; the event is of every log source that the rule may name. */
    static boolean matches(SigmaRule rule, String event) {
        List<String> categories = Stream.ofNullable(rule.logSource().category()).toList();
        boolean naive = new NaiveEvaluator(FieldMapping.IDENTITY).matches(rule, SigmaCases.json(event));
        boolean compiled = !SigmaEngine.compile(List.of(rule), FieldMapping.IDENTITY)
                .match(SigmaCases.json(event), rule.logSource().product(), categories, rule.logSource().service())
                .isEmpty();
        assertThat(compiled).as("compiled and naive").isEqualTo(naive);
        return compiled;
    }
}
