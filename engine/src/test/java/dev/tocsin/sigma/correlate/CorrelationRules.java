package dev.tocsin.sigma.correlate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tocsin.sigma.SigmaProblem;
import dev.tocsin.sigma.SigmaRules;
import java.util.List;

/** Rules for tests: four plain ones called a, b, c and d, and correlations over them. */
final class CorrelationRules {
    private static final String PLAIN = """
            title: rule %1$s
            id: id-%1$s
            name: %1$s
            logsource: {product: test}
            detection: {s: {Kind: %1$s}, condition: s}
            ---
            """;

    private CorrelationRules() {
    }

    /** The document as it is read with the four plain rules before it; the correlation begins in line 26. */
    static SigmaRules.Loaded load(String correlations) {
        StringBuilder text = new StringBuilder();
        List.of("a", "b", "c", "d").forEach(name -> text.append(PLAIN.formatted(name)));
        return SigmaRules.parse("rules.yml", text + correlations);
    }

    /** Correlations of a single line each: name, then what stands in the braces of {@code correlation}. */
    static List<CorrelationRule> of(String... lines) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < lines.length; i++) {
            int space = lines[i].indexOf(' ');
            String name = lines[i].substring(0, space);
            text.append(i == 0 ? "" : "---\n").append("title: ").append(name).append("\nid: ").append(name)
                    .append("\nname: ").append(name).append("\ncorrelation: {").append(lines[i].substring(space + 1))
                    .append("}\n");
        }
        SigmaRules.Loaded loaded = load(text.toString());
        assertThat(loaded.problems()).filteredOn(SigmaProblem::isError).isEmpty();
        return loaded.correlations();
    }
}
