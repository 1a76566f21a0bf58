package dev.tocsin.sigma;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;

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
        SigmaRule rule = rule(detection);
        boolean naive = new NaiveEvaluator(FieldMapping.IDENTITY).matches(rule, SigmaCases.json(event));
        boolean compiled = !SigmaEngine.compile(List.of(rule), FieldMapping.IDENTITY)
                .match(SigmaCases.json(event), "test", List.of(), null).isEmpty();
        assertThat(compiled).as("compiled and naive").isEqualTo(naive);
        return compiled;
    }
}
